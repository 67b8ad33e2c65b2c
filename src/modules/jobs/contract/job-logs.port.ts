import type { CallContext } from '../../../kernel/context/call-context';
import type { LogLine } from './job.types';

/** Which lines of a job's log are wanted. */
export interface LogOrder {
  /** Goes on with what is written from now on, until the job has ended. */
  readonly follow: boolean;
  /** Begins with the last so many lines; 0: with all. Not together with `fromLine`. */
  readonly tailLines: number;
  /** Number of the first line that the reader wants; 0: all. */
  readonly fromLine: number;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** The logs of a tenant's jobs. The tenant is the context's. */
export abstract class JobLogsPort {
  /**
   * The lines in order, without gap or repeat. A slow reader holds nothing in memory but a chunk.
   * Errors, at the first step: `not_found`, `invalid_request` for an order that contradicts itself.
   */
  abstract read(context: CallContext, id: string, order: LogOrder): AsyncIterable<LogLine>;
}
