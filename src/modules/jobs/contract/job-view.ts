import { z } from 'zod';
import { JOB_STATUSES, statusOf } from './job-status';
import { type Job, JOB_ERROR_CODES, JOB_STATES, JOB_TYPES, type JobOutputFile } from './job.types';

const time = z.iso.datetime();
const jobError = z.object({ code: z.enum(JOB_ERROR_CODES), message: z.string() }).meta({ id: 'JobError' });

/** A job (rest.md §3, Job), with the fields that this product adds. */
export const jobView = z
  .object({
    id: z.string(),
    type: z.enum(JOB_TYPES),
    kind: z
      .string()
      .meta({ description: 'The kind within the type: the name of the skill, workflow, task or container job.' }),
    status: z.enum(JOB_STATUSES),
    state: z.enum(JOB_STATES).meta({ description: 'The exact state, under its name in the gRPC API.' }),
    progress: z.number().int().min(0).max(100),
    stage: z
      .string()
      .meta({ description: 'The current stage that the job reports. Empty if the job reports no stage.' }),
    input: z.unknown(),
    output: z.unknown().meta({ description: 'The result; `null` unless the job is completed.' }),
    error: jobError.nullable().meta({ description: '`null` unless the job has failed.' }),
    exitCode: z.number().int().nullable(),
    image: z.string(),
    attempt: z.number().int().meta({ description: '1 during the first attempt, 0 before it.' }),
    maxAttempts: z.number().int(),
    priority: z.number().int().min(0).max(9),
    timeoutSeconds: z.number().int(),
    runAt: time.meta({ description: 'The earliest start time.' }),
    createdAt: time,
    startedAt: time.nullable(),
    completedAt: time.nullable(),
    userId: z.string(),
    node: z.string().meta({ description: 'The worker that runs the job or ran it last.' }),
    inputUri: z.string(),
    outputUri: z.string(),
    logsUri: z.string(),
    secretNames: z.array(z.string()).meta({ description: 'The names of the job’s secrets, never their values.' }),
    cancelReason: z.string(),
    parentId: z.string().nullable(),
    scheduleId: z.string().nullable(),
    requeuedFrom: z.string().nullable(),
    requeuedAs: z.string().nullable(),
    lastEvent: z.number().int().meta({ description: 'The number of the job’s newest event.' }),
  })
  .meta({ id: 'Job' });

export type JobView = Readonly<z.infer<typeof jobView>>;

export function toView(job: Job): JobView {
  return {
    id: job.id,
    type: job.type,
    kind: job.kind,
    status: statusOf(job.state),
    state: job.state,
    progress: job.progress,
    stage: job.stage,
    input: job.input,
    output: job.state === 'succeeded' ? job.result : null,
    error: job.state === 'failed' ? job.error : null,
    exitCode: job.exitCode,
    image: job.image,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    priority: job.priority,
    timeoutSeconds: job.timeoutSeconds,
    runAt: job.runAt,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    completedAt: job.finishedAt,
    userId: job.userId,
    node: job.node,
    inputUri: job.inputUri,
    outputUri: job.outputUri,
    logsUri: job.logsUri,
    secretNames: [...job.secretNames],
    cancelReason: job.cancelReason,
    parentId: job.parentId,
    scheduleId: job.scheduleId,
    requeuedFrom: job.requeuedFrom,
    requeuedAs: job.requeuedAs,
    lastEvent: job.lastEvent,
  };
}

/** A job event, as the data of a server-sent message. The message's `event` field contains the event type. */
export const jobEventView = z
  .object({
    jobId: z.string(),
    seq: z
      .number()
      .int()
      .meta({ description: 'The number of the event: 1, 2, 3 … without gaps. It is also the id of the message.' }),
    type: z.enum(['created', 'scheduled', 'started', 'progress', 'retrying', 'succeeded', 'failed', 'cancelled']),
    at: time,
    image: z.string().optional(),
    node: z.string().optional(),
    attempt: z.number().int().optional(),
    stage: z.string().optional(),
    percent: z.number().int().optional(),
    detail: z.unknown().optional(),
    error: jobError.optional(),
    nextAt: time.optional(),
    exitCode: z.number().int().optional(),
    outputUri: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'JobEvent' });

/** A log line, as the data of a `log` message. */
export const logLineView = z
  .object({
    line: z
      .number()
      .int()
      .meta({ description: 'The number of the line: 0, 1, 2 … without gaps. It is also the id of the message.' }),
    at: time,
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
  })
  .meta({ id: 'JobLogLine' });

export const outputView = z
  .object({
    items: z.array(
      z
        .object({
          key: z.string().meta({ description: 'Path relative to the output directory of the job.' }),
          size: z.number().int().meta({ description: 'The size in bytes.' }),
          contentType: z.string(),
          url: z
            .string()
            .meta({ description: 'A signed URL. Anyone who has it can download the file until it expires.' }),
        })
        .meta({ id: 'JobOutputFile' }),
    ),
    nextCursor: z.null().meta({ description: 'Always `null`: all files are on this page.' }),
  })
  .meta({ id: 'JobOutput' });

export type OutputView = Readonly<z.infer<typeof outputView>>;

export function toOutputView(files: readonly JobOutputFile[]): OutputView {
  const items = files.map(({ key, sizeBytes, contentType, url }) => ({ key, size: sizeBytes, contentType, url }));
  return { items, nextCursor: null };
}
