import { z } from 'zod';
import { JOB_STATUSES, statusOf } from '../../jobs/contract/job-words';
import { JOB_TYPES, type Job } from '../../jobs/contract/job.types';
import { SKILL_LIMITS } from '../contract/skill-limits';

/** A run, represented as its job (rest.md §3). */
export const skillRun = z
  .object({
    id: z.string().meta({ description: 'Of the job: /v1/jobs has its events, its log, and how it is cancelled.' }),
    type: z.enum(JOB_TYPES),
    skill: z.string(),
    version: z.string().meta({ description: '`name:version@sha256:hash`' }),
    status: z.enum(JOB_STATUSES),
    progress: z.number(),
    stage: z.string(),
    output: z.unknown().meta({ description: 'When it has completed; null before.' }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SkillRun' });

export type SkillRun = Readonly<z.infer<typeof skillRun>>;

export const runQuery = z.strictObject({
  wait: z.coerce.number().min(0).max(SKILL_LIMITS.maxWaitSeconds).default(0).meta({
    description: 'Seconds for which the answer waits for the result; 202 when it is not there by then.',
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
