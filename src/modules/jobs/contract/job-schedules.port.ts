import type { CallContext } from '../../../kernel/context/call-context';
import type { NewTriggerOwner } from '../../auth/contract/trigger-owner';
import type { JobSchedule, NewJobSchedule } from './job-schedule.types';

/**
 * Jobs that a tenant has submitted again and again. The tenant is the context's. A schedule runs under the authority of
 * whoever saved it, resumed it, or took it over last; it is paused when that ends.
 */
export abstract class JobSchedulesPort {
  /**
   * Creates a schedule, or replaces the one with this name, which keeps its id. Errors: `invalid_request` for an invalid
   * pattern, time zone or request; `unprocessable` when no worker takes the job. `conflict` for more than
   * `JOB_LIMITS.maxSchedulesPerTenant`; `forbidden` for a caller that may not run the job or create triggers.
   */
  abstract put(context: CallContext, name: string, schedule: NewJobSchedule): Promise<JobSchedule>;

  /** By name. */
  abstract list(context: CallContext): Promise<readonly JobSchedule[]>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<JobSchedule>;

  /** Has a schedule run from now on, under the authority of the caller. Errors: `not_found`; `forbidden` as {@link put}. */
  abstract resume(context: CallContext, name: string): Promise<JobSchedule>;

  /**
   * Offers a schedule to another owner. Its owner stays the same until they resume it. Offering it to oneself resumes it.
   * Errors: `not_found`; `unprocessable` when they may not have such a schedule; `forbidden`.
   */
  abstract transfer(context: CallContext, name: string, to: NewTriggerOwner): Promise<JobSchedule>;

  /** Its jobs stay. Errors: `not_found`. */
  abstract remove(context: CallContext, name: string): Promise<void>;
}
