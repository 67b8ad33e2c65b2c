import type { CallContext } from '../../../kernel/context/call-context';
import type { LogLine } from './job.types';

/** The lines to read from a job's log. */
export interface LogOrder {
  /** Continues with new lines until the job has ended. */
  readonly follow: boolean;
  /** The number of most recent lines to start with; 0 for all lines. Do not combine it with `fromLine`. */
  readonly tailLines: number;
  /** The number of the first line to return; 0 for all. */
  readonly fromLine: number;
  /** Stops the reading. */
  readonly signal: AbortSignal;
}

/** The logs of a tenant's jobs. The context determines the tenant. */
export abstract class JobLogsPort {
  /**
   * Yields the lines in order, without gaps or duplicates. A slow reader keeps only one chunk in memory.
   * Errors, when the iteration starts: `not_found`, or `invalid_request` for contradictory options.
   */
  abstract read(context: CallContext, id: string, order: LogOrder): AsyncIterable<LogLine>;
}
