import { z } from 'zod';
import { newTriggerOwner, triggerOwner } from '../../auth/contract/trigger-owner';
import { jobRequest } from '../contract/job-request.types';
import type { JobSchedule } from '../contract/job-schedule.types';

const { input: _input, files: _files, ...request } = jobRequest.shape;
const time = z.iso.datetime();

/** A schedule of jobs. */
export const scheduleView = z
  .object({
    id: z.string(),
    name: z.string(),
    cron: z.string(),
    timeZone: z.string(),
    job: z.object({ ...request, input: z.unknown() }).meta({ id: 'ScheduledJob' }),
    paused: z.boolean(),
    pauseReason: z.string().nullable().meta({
      description:
        'The reason if the platform paused the schedule: the authority of its jobs has ended. Resume it to run it under your authority.',
    }),
    owner: triggerOwner.meta({ description: 'The owner. The schedule’s jobs run under the owner’s authority.' }),
    pendingOwner: newTriggerOwner
      .nullable()
      .meta({ description: 'The new owner, who was asked to take over the schedule by resuming it.' }),
    nextAt: time.nullable().meta({ description: '`null` while the schedule is paused, or if it is never due again.' }),
    lastAt: time.nullable(),
    lastJobId: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'JobSchedule' });

export type ScheduleView = Readonly<z.infer<typeof scheduleView>>;

export function toScheduleView({ job, ...schedule }: JobSchedule): ScheduleView {
  const { files: _none, ...shown } = job;
  return { ...schedule, job: shown };
}
