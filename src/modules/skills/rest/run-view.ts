import { z } from 'zod';
import { JOB_STATUSES, statusOf } from '../../jobs/contract/job-status';
import { JOB_TYPES, type Job } from '../../jobs/contract/job.types';
import { SKILL_LIMITS } from '../contract/skill-limits';

/** A run, represented as its job (rest.md §3). */
export const skillRun = z
  .object({
    id: z.string().meta({
      description: 'The id of the job. Use /v1/jobs to read the events and the log of the job, and to cancel it.',
    }),
    type: z.enum(JOB_TYPES),
    skill: z.string(),
    version: z.string().meta({ description: '`name:version@sha256:hash`' }),
    status: z.enum(JOB_STATUSES),
    progress: z.number(),
    stage: z.string(),
    output: z.unknown().meta({ description: 'The output of a completed run; null before the run is completed.' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SkillRun' });

export type SkillRun = Readonly<z.infer<typeof skillRun>>;

export const runQuery = z.strictObject({
  wait: z.coerce.number().min(0).max(SKILL_LIMITS.maxWaitSeconds).default(0).meta({
    description: 'Seconds to wait for the result. The status is 202 if the result is not available by then.',
  }),
});

export type RunQuery = Readonly<z.infer<typeof runQuery>>;

export function toRun(job: Job): SkillRun {
  return {
    id: job.id,
    type: job.type,
    skill: job.kind,
    version: job.image,
    status: statusOf(job.state),
    progress: job.progress,
    stage: job.stage,
    output: job.result,
    error: job.error,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    completedAt: job.finishedAt,
  };
}
