import { z } from 'zod';
import { JOB_LIMITS } from '../contract/job-limits';
import { jobQuery, type JobQuery } from '../contract/job-query.types';
import { jobRequest, type NewJob } from '../contract/job-request.types';
import { newJobSchedule, type NewJobSchedule } from '../contract/job-schedule.types';
import { STATE_NAMES, statesOf } from '../contract/job-status';

const { states: _states, ...filters } = jobQuery.shape;

/** The filters for a list of jobs. */
export const jobListQuery = z.strictObject({
  ...filters,
  status: z
    .string()
    .max(256)
    .refine((words) => words.split(',').every((word) => statesOf(word) !== null), {
      message: `one or more of ${STATE_NAMES.join(', ')}, separated by commas`,
    })
    .optional()
    .meta({ description: `One or more of ${STATE_NAMES.join(', ')}, separated by commas.` }),
});

export type JobListQuery = Readonly<z.infer<typeof jobListQuery>>;

export function toJobQuery({ status, ...query }: JobListQuery): JobQuery {
  return status === undefined ? query : { ...query, states: status.split(',').flatMap((word) => statesOf(word) ?? []) };
}

const JOB_EXAMPLE = { type: 'skill', kind: 'invoices', input: { year: 2026 } };

/** A job to submit, as the port accepts it, except that inline files are base64-encoded in JSON. */
export const newJobBody = z
  .strictObject({
    ...jobRequest.shape,
    input: z.unknown().optional().meta({ description: 'The JSON that the job’s code receives.' }),
    files: z
      .record(z.string(), z.base64())
      .default({})
      .meta({ description: 'Inline files: relative paths, each with the file’s content in base64.' }),
  })
  .meta({ id: 'NewJob', examples: [JOB_EXAMPLE] });

export type NewJobBody = Readonly<z.infer<typeof newJobBody>>;

/** Converts a parsed body. All other checks take place on submission. */
export function toNewJob({ files, input, ...rest }: NewJobBody): NewJob {
  const bytes = Object.entries(files).map(([path, base64]) => [path, Buffer.from(base64, 'base64')]);
  return {
    ...rest,
    // All values in a parsed body are JSON.
    ...(input === undefined ? {} : { input: input as NonNullable<NewJob['input']> }),
    files: Object.fromEntries(bytes) as NonNullable<NewJob['files']>,
  };
}

const { files: _inline, ...scheduled } = newJobBody.shape;

/** A schedule to create. Inline files are not accepted, because each job would store another copy. */
export const newScheduleBody = z
  .strictObject({
    ...newJobSchedule.shape,
    job: z.strictObject(scheduled).meta({ id: 'NewScheduledJob', examples: [JOB_EXAMPLE] }),
  })
  .meta({ id: 'NewJobSchedule' });

export type NewScheduleBody = Readonly<z.infer<typeof newScheduleBody>>;

export function toNewSchedule({ job, ...schedule }: NewScheduleBody): NewJobSchedule {
  return { ...schedule, job: toNewJob({ ...job, files: {} }) };
}

export const cancelOrder = z
  .strictObject({ reason: z.string().max(JOB_LIMITS.maxReasonChars).default('') })
  .prefault({})
  .meta({ id: 'JobCancellation' });

export type CancelOrder = Readonly<z.infer<typeof cancelOrder>>;

export const eventsQuery = z.strictObject({
  from: z.enum(['beginning', 'now']).default('beginning').meta({
    description: 'The events for a request without Last-Event-ID: all past and future events, or only future events.',
  }),
});

export type EventsQuery = Readonly<z.infer<typeof eventsQuery>>;

const lines = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const logsQuery = z.strictObject({
  follow: z.enum(['true', 'false']).optional().meta({
    description:
      'Set to `true` to keep the response open until the job has ended. The default is `true` for an event stream and `false` for text.',
  }),
  tail: lines.default(0).meta({ description: 'The number of last lines to start with; 0 for all lines.' }),
  fromLine: lines
    .default(0)
    .meta({ description: 'The number of the first line to return. Cannot be combined with `tail`.' }),
});

export type LogsQuery = Readonly<z.infer<typeof logsQuery>>;

export const outputQuery = z.strictObject({
  ttlSeconds: z.coerce
    .number()
    .int()
    .min(1)
    .max(JOB_LIMITS.maxPresignSeconds)
    .default(JOB_LIMITS.defaultPresignSeconds)
    .meta({ description: 'How long the signed URLs are valid.' }),
});

export type OutputQuery = Readonly<z.infer<typeof outputQuery>>;
