import type { CallContext } from '../../../kernel/context/call-context';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { JobQuery } from './job-query.types';
import type { NewJob } from './job-request.types';
import type { Job, JobEvent } from './job.types';

/** The position from which to watch a job's events. */
export interface WatchOrder {
  /** The sequence number of the last event that the watcher has: 0 for all events; `null` for new events only. */
  readonly afterSeq: number | null;
  /** Ends the watch; so does the end of the job. */
  readonly signal: AbortSignal;
}

/**
 * The jobs of a tenant: submits, reads and stops them. It runs nothing: workers do. The tenant is the context's; another tenant's job is
 * `not_found`.
 */
export abstract class JobsPort {
  /**
   * Submits a job and returns it at once, as `pending`. With the context's idempotency key, repeated calls make one job.
   * Errors: `invalid_request` with the invalid members; `forbidden` for a caller that may not start this work (`StartAuthorizationPort`);
   * `unprocessable` when no worker takes its type and kind, or for a key of another request. `rate_limited` when the tenant has
   * reached its limit of waiting jobs, or when the caller is a job at the maximum depth; `unavailable`.
   */
  abstract submit(context: CallContext, request: NewJob): Promise<Job>;

  /** Returns a job. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Job>;

  /** Returns a page of jobs. Errors: `invalid_request` for a cursor of another list, sort or filter. */
  abstract list(context: CallContext, query: JobQuery): Promise<CountedPage<Job>>;

  /**
   * Ends a job that has not ended, and all jobs below it. Their runs are signaled within half a second and then killed. A job that has
   * ended is returned unchanged.
   * @param reason for the tenant, at most `JOB_LIMITS.maxReasonChars`; longer ones are cut.
   * Errors: `not_found`.
   */
  abstract cancel(context: CallContext, id: string, reason: string): Promise<Job>;

  /**
   * Resumes at once a job that pauses or waits for its next attempt; other jobs are not affected. A job that is about to pause may miss it.
   * Errors: `not_found`.
   */
  abstract wake(context: CallContext, id: string): Promise<void>;

  /**
   * Retries a job that has failed or was cancelled as a new job with the same request; each names the other. The new job's secrets are
   * resolved again at its start. A second call returns the same new job.
   * Errors: `not_found`, `conflict` for a job that has not ended or has succeeded, and those of {@link submit}.
   */
  abstract requeue(context: CallContext, id: string): Promise<Job>;

  /**
   * Returns the job's events in order, without gap or repeat, up to the terminal one. The iteration then ends, as it does when the signal
   * fires. Events that cannot be read for a while are delivered later. A slow reader blocks nothing and holds no more than a page in
   * memory.
   * Errors, at the first step: `not_found`; later only `unavailable`, when the database has been away for long.
   */
  abstract watch(context: CallContext, id: string, order: WatchOrder): AsyncIterable<JobEvent>;
}
