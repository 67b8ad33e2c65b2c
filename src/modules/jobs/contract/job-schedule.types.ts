import { z } from 'zod';
import type { NewTriggerOwner, TriggerOwner } from '../../auth/contract/trigger-owner';
import { jobRequest } from './job-request.types';

export const scheduleName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'letters, digits, ".", "_", "-" and "/"');

export const newJobSchedule = z.strictObject({
  /** Five fields (minute to weekday), or six with leading seconds, as in Vixie cron, with `L`, `W` and `#`. */
  cron: z.string().min(1).max(256),
  /**
   * The IANA name of the time zone. If a clock change skips a tick's local time, the tick occurs right after the change. If the local time
   * occurs twice, there is one tick.
   */
  timeZone: z.string().min(1).max(64).default('UTC'),
  /** The job that each tick submits. Inline files are not accepted, because each job would store another copy. */
  job: jobRequest.refine(({ files }) => Object.keys(files).length === 0, {
    path: ['files'],
    message: 'a schedule cannot have inline files',
  }),
  paused: z.boolean().default(false),
});

export type NewJobSchedule = Readonly<z.input<typeof newJobSchedule>>;

/**
 * A schedule. After a period without workers, one job makes up for all missed ticks. Ticks that were missed during a pause are not made up
 * for.
 */
export interface JobSchedule {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly job: z.infer<typeof jobRequest>;
  readonly paused: boolean;
  /** The reason why the platform paused the schedule; `null` otherwise. */
  readonly pauseReason: string | null;
  /** The person or service that last saved, resumed or took over the schedule. Its jobs run under their authority. */
  readonly owner: TriggerOwner;
  /** The person or service that was asked to take over the schedule and has not accepted yet. */
  readonly pendingOwner: NewTriggerOwner | null;
  /** The time of the next tick; `null` while the schedule is paused, or if there are no more ticks. */
  readonly nextAt: string | null;
  readonly lastAt: string | null;
  readonly lastJobId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
