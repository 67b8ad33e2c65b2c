import type { CallContext } from '../../../kernel/context/call-context';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { JobQuery } from './job-query.types';
import type { NewJob } from './job-request.types';
import type { Job, JobEvent } from './job.types';

/** The position from which to watch a job's events. */
export interface WatchOrder {
  /** The sequence number of the last event that the watcher has: 0 for all events; `null` for new events only. */
  readonly afterSeq: number | null;
  /** Ends the watch. The watch also ends when the job ends. */
  readonly signal: AbortSignal;
}

/**
 * Submits, reads and cancels a tenant's jobs. Workers run the jobs. The context determines the tenant; another tenant's job is `not_found`.
 */
export abstract class JobsPort {
  /**
   * Submits a job and immediately returns it as `pending`. With the context's idempotency key, repeated calls create only one job.
   * Errors: `invalid_request` with the invalid members; `forbidden` for a caller that is not allowed to start this work
   * (`StartAuthorizationPort`). `unprocessable` when no worker accepts the job's type and kind, or for a key that was used with a different
   * request. `rate_limited` when the tenant has reached its limit of waiting jobs, or when the caller is a job at the maximum depth;
   * `unavailable`.
   */
  abstract submit(context: CallContext, request: NewJob): Promise<Job>;

  /** Returns a job. Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Job>;

  /** Returns a page of jobs. Errors: `invalid_request` for a cursor from a different list, sort or filter. */
  abstract list(context: CallContext, query: JobQuery): Promise<CountedPage<Job>>;

  /**
   * Cancels a job that has not ended, and all its descendants. Their runs are signaled within half a second and then killed. A job that has
   * ended is returned unchanged.
   * @param reason a message for the tenant, truncated to `JOB_LIMITS.maxReasonChars`.
   * Errors: `not_found`.
   */
  abstract cancel(context: CallContext, id: string, reason: string): Promise<Job>;

  /**
   * Immediately resumes a job that is paused or is waiting for its next attempt; other jobs are not affected. A job that is about to pause
   * might miss the call. Errors: `not_found`.
   */
  abstract wake(context: CallContext, id: string): Promise<void>;

  /**
   * Retries a failed or canceled job as a new job with the same request. The two jobs reference each other. The new job's secrets are
   * resolved again when it starts. A second call returns the same new job.
   * Errors: `not_found`, `conflict` for a job that has not ended or has succeeded, and the errors of {@link submit}.
   */
  abstract requeue(context: CallContext, id: string): Promise<Job>;

  /**
   * Returns the job's events in order, without gaps or duplicates, up to the terminal event. The iteration ends after that event, or when
   * the signal fires. Events that are temporarily unreadable are delivered later. A slow reader does not block other readers, and keeps at
   * most one page in memory.
   * Errors: `not_found` when the iteration starts; later only `unavailable`, after a long database outage.
   */
  abstract watch(context: CallContext, id: string, order: WatchOrder): AsyncIterable<JobEvent>;
}
