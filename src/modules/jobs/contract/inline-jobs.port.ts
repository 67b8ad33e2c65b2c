import type { CallContext } from '../../../kernel/context/call-context';
import type { NewJob } from './job-request.types';
import type { Job } from './job.types';

/** For how long somebody waits for the end of a job. */
export interface InlineWait {
  /** Milliseconds. */
  readonly withinMs: number;
  /** Ends the wait before. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs jobs for callers that wait for them, in the process that was called: bound where jobs are run. A job's row is
 * written once, at its end, or when the wait is over and it goes on as any other. What dies before with its process was
 * never acknowledged. Under an idempotency key the row is written first, so that the key names one run.
 */
export abstract class InlineJobsPort {
  /**
   * Only for runners that take no steps, hand in nothing and leave no files (`JobRun.step`, `submit`, `output`): there is
   * nothing yet that these could be kept with.
   * @returns the job as it is at its end or at the end of the wait; under a key that was used, as it was then. `null` when
   *   no place is free for it here, or it is to begin later: hand it in instead (`JobsPort.submit`).
   * Errors: `invalid_request` with the members at fault; `forbidden` for whoever may not start the work; that of a `JobRefusal` of the runner; `unprocessable` for a key that stands for another request;
   * `unavailable` when the store is away, and then there is no such job.
   */
  abstract run(context: CallContext, request: NewJob, wait: InlineWait): Promise<Job | null>;
}
