import type { CallContext } from '../../../kernel/context/call-context';
import type { JobSchedule, NewJobSchedule } from './job-schedule.types';

/** Jobs that a tenant has handed in again and again. The tenant is the context's. */
export abstract class JobSchedulesPort {
  /**
   * Makes a schedule, or replaces the one with this name; it keeps its id. Errors: `invalid_request` for a pattern or a
   * time zone that is none, or a request at fault; `forbidden` for whoever may not start the job; `unprocessable` when no worker takes the job; `conflict` for more than
   * `JOB_LIMITS.maxSchedulesPerTenant`.
   */
  abstract put(context: CallContext, name: string, schedule: NewJobSchedule): Promise<JobSchedule>;

  /** By name. */
  abstract list(context: CallContext): Promise<readonly JobSchedule[]>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, name: string): Promise<JobSchedule>;

  /** Its jobs stay. Errors: `not_found`. */
  abstract remove(context: CallContext, name: string): Promise<void>;
}
