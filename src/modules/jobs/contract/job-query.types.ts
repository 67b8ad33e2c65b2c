import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { jobKind } from './job-request.types';
import { JOB_STATES, JOB_TYPES } from './job.types';

/** The query for a list of jobs, newest first by default. Each API translates its own state names. */
export const jobQuery = listQuery({
  sorts: ['createdAt'],
  filters: {
    /** Matches jobs in any of these states. */
    states: z.array(z.enum(JOB_STATES)).min(1).max(JOB_STATES.length).optional(),
    type: z.enum(JOB_TYPES).optional(),
    kind: jobKind.optional(),
    userId: z.string().max(256).optional(),
    parentId: z.string().max(64).optional(),
    scheduleId: z.string().max(64).optional(),
  },
}).extend({ sort: z.enum(['createdAt', '-createdAt']).default('-createdAt') });

export type JobQuery = z.infer<typeof jobQuery>;
