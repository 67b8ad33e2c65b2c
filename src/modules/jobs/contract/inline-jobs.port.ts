import type { CallContext } from '../../../kernel/context/call-context';
import type { NewJob } from './job-request.types';
import type { Job } from './job.types';

/** The limits of a caller's wait for a job to end. */
export interface InlineWait {
  /** Milliseconds. */
  readonly withinMs: number;
  /** Ends the wait early. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs jobs in the called process for callers that wait for them. Bound in processes that run jobs. The job's row is written once: when the
 * job ends, or when the wait ends and the job continues like any other job. If the process dies before the row is written, the job is lost,
 * but it was never acknowledged. With an idempotency key, the row is written first, so that the key identifies one run.
 */
export abstract class InlineJobsPort {
  /**
   * Runs a job and waits for it to end. Only for runners that do not use steps, submit jobs or store files (`JobRun.step`, `submit`,
   * `output`), because the job has no row yet to which these could belong.
   * @returns the job when the job or the wait has ended; for a key that was already used, the earlier job in its stored state. `null` when
   *   this process has no free slot, or the job must start later: submit the job instead (`JobsPort.submit`). Errors: `invalid_request`
   *   with the invalid members; `forbidden` for a caller that is not allowed to start the work; the code of a `JobRefusal` from the runner.
   *   `unprocessable` for a key that was already used with a different request; `unavailable` when the database is unavailable, in which
   *   case the job does not exist.
   */
  abstract run(context: CallContext, request: NewJob, wait: InlineWait): Promise<Job | null>;
}
