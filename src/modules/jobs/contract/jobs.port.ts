import type { CallContext } from '../../../kernel/context/call-context';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { JobQuery } from './job-query.types';
import type { NewJob } from './job-request.types';
import type { Job, JobEvent } from './job.types';

/** From where a job's events are watched. */
export interface WatchOrder {
  /** Sequence number of the last event that the watcher has: 0 for all; `null`: only what happens from now on. */
  readonly afterSeq: number | null;
  /** Ends the watch; so does the end of the job. */
  readonly signal: AbortSignal;
}

/**
 * The jobs of a tenant: handed in, looked at, stopped. It runs nothing: workers do. The tenant is the context's; another
 * tenant's job is `not_found`.
 */
export abstract class JobsPort {
  /**
   * Hands a job in and returns at once, with it `pending`. Under the context's idempotency key it is one job, however
   * often it is sent.
   * Errors: `invalid_request` with the members at fault; `forbidden` for whoever may not start this work
   * (`StartAuthorizationPort`); `unprocessable` when no worker takes its type and kind, or the
   * key stands for another request; `rate_limited` when as many jobs wait as the tenant may have, or the caller is itself
   * a job with as many above it as may be; `unavailable`.
   */
  abstract submit(context: CallContext, request: NewJob): Promise<Job>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, id: string): Promise<Job>;

  /** Errors: `invalid_request` for a cursor of another list, sort or filter. */
  abstract list(context: CallContext, query: JobQuery): Promise<CountedPage<Job>>;

  /**
   * Ends a job that has not ended, and all below it; their runs are told within half a second and then killed. One that has
   * ended stays as it is and is given. @param reason for the tenant, at most `JOB_LIMITS.maxReasonChars`, longer ones are cut.
   * Errors: `not_found`.
   */
  abstract cancel(context: CallContext, id: string, reason: string): Promise<Job>;

  /**
   * Has a job that pauses, or waits for its next attempt, go on at once; any other is left alone. One that is about to
   * pause may miss it. Errors: `not_found`.
   */
  abstract wake(context: CallContext, id: string): Promise<void>;

  /**
   * Another try of a job that has failed or was cancelled: a new job with the same request, each naming the other. What
   * secrets it has is decided anew at its start. A second call gives the same new job.
   * Errors: `not_found`, `conflict` for a job that has not ended or has succeeded, and those of {@link submit}.
   */
  abstract requeue(context: CallContext, id: string): Promise<Job>;

  /**
   * The job's events in order, without gap or repeat, to the terminal one; then, as when the signal fires, the iteration
   * ends. What cannot be read for a while is made up for. A slow reader holds nothing up and nothing in memory but a page.
   * Errors, at the first step: `not_found`; later only `unavailable`, when the store has been away for long.
   */
  abstract watch(context: CallContext, id: string, order: WatchOrder): AsyncIterable<JobEvent>;
}
