import type { CallContext } from '../../../kernel/context/call-context';
import type { NewTriggerOwner } from '../../auth/contract/trigger-owner';
import type { JobSchedule, NewJobSchedule } from './job-schedule.types';

/**
 * A tenant's recurring jobs. The context determines the tenant. A schedule runs under the authority of the person or service that last
 * saved, resumed or took it over. It is paused when that authority ends.
 */
export abstract class JobSchedulesPort {
  /**
   * Creates a schedule, or replaces the schedule that has this name, keeping its id. Errors: `invalid_request` for an invalid pattern, time
   * zone or request; `unprocessable` when no worker accepts the job. `conflict` if the tenant already has
   * `JOB_LIMITS.maxSchedulesPerTenant` schedules. `forbidden` for a caller that is not allowed to run the job or create triggers.
   */
  abstract put(context: CallContext, name: string, schedule: NewJobSchedule): Promise<JobSchedule>;

  /** Returns the schedules, sorted by name. */
  abstract list(context: CallContext): Promise<readonly JobSchedule[]>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<JobSchedule>;

  /** Resumes a schedule under the authority of the caller. Errors: `not_found`; `forbidden` as for {@link put}. */
  abstract resume(context: CallContext, name: string): Promise<JobSchedule>;

  /**
   * Offers a schedule to another owner. The current owner keeps the schedule until the new owner resumes it. Callers who offer a schedule
   * to themselves resume it.
   * Errors: `not_found`; `unprocessable` when the new owner is not allowed to have such a schedule; `forbidden`.
   */
  abstract transfer(context: CallContext, name: string, to: NewTriggerOwner): Promise<JobSchedule>;

  /** Deletes a schedule. Its jobs are kept. Errors: `not_found`. */
  abstract remove(context: CallContext, name: string): Promise<void>;
}
