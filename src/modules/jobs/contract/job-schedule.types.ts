import { z } from 'zod';
import type { NewTriggerOwner, TriggerOwner } from '../../auth/contract/trigger-owner';
import { jobRequest } from './job-request.types';

export const scheduleName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'letters, digits, ".", "_", "-" and "/"');

export const newJobSchedule = z.strictObject({
  /** Five fields (minute to weekday), or six with seconds before them, as of Vixie cron, with `L`, `W` and `#`. */
  cron: z.string().min(1).max(256),
  /** IANA name. A local time that a change of the clocks leaves out runs right after it; one that comes twice runs once. */
  timeZone: z.string().min(1).max(64).default('UTC'),
  /** What is handed in at each tick. Inline files are not taken: they would be kept once more for each. */
  job: jobRequest.refine(({ files }) => Object.keys(files).length === 0, {
    path: ['files'],
    message: 'a schedule takes no inline files',
  }),
  paused: z.boolean().default(false),
});

export type NewJobSchedule = Readonly<z.input<typeof newJobSchedule>>;

/** A schedule. Of ticks that were missed while nothing ran one is made up for; of those of a pause none. */
export interface JobSchedule {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly job: z.infer<typeof jobRequest>;
  readonly paused: boolean;
  /** Why the platform paused it; `null` unless it did. */
  readonly pauseReason: string | null;
  /** Whoever saved it, resumed it, or took it over last: its jobs run under their authority. */
  readonly owner: TriggerOwner;
  /** Whoever was asked to take it over and has not yet. */
  readonly pendingOwner: NewTriggerOwner | null;
  /** `null` while it is paused, or when there is none any more. */
  readonly nextAt: string | null;
  readonly lastAt: string | null;
  readonly lastJobId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
