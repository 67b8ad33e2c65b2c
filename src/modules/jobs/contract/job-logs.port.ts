import type { CallContext } from '../../../kernel/context/call-context';
import type { LogLine } from './job.types';

/** The lines of a job's log to read. */
export interface LogOrder {
  /** Continues with new lines until the job has ended. */
  readonly follow: boolean;
  /** The number of last lines to begin with; 0 for all. Do not combine it with `fromLine`. */
  readonly tailLines: number;
  /** The number of the first line to return; 0 for all. */
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
