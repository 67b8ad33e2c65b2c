import type { CallContext } from '../../../kernel/context/call-context';
import type { NewJob } from './job-request.types';
import type { Job } from './job.types';

/** How long a caller waits for the end of a job. */
export interface InlineWait {
  /** Milliseconds. */
  readonly withinMs: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs jobs in the called process for callers that wait for them. Bound in processes that run jobs. The job's row is written once: at its
 * end, or when the wait is over and the job continues as any other. A job that dies with its process before that was never acknowledged.
 * Under an idempotency key the row is written first, so that the key names one run.
 */
export abstract class InlineJobsPort {
  /**
   * Runs a job and waits for its end. Only for runners that use no steps, submit no jobs and leave no files (`JobRun.step`, `submit`,
   * `output`): there is no row yet to keep these with.
   * @returns the job as it is at its end or at the end of the wait; for a key that was already used, as it was then. `null` when this
   *   process has no free slot, or the job starts later: submit it instead (`JobsPort.submit`).
   * Errors: `invalid_request` with the invalid members; `forbidden` for a caller that may not start the work; the code of a `JobRefusal`
   * of the runner; `unprocessable` for a key of another request. `unavailable` when the database is unavailable: the job does not exist.
   */
  abstract run(context: CallContext, request: NewJob, wait: InlineWait): Promise<Job | null>;
}
