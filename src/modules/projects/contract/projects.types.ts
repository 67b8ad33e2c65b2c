import { z } from 'zod';

const projectStatus = z.enum(['planned', 'active', 'on_hold', 'completed', 'archived']);
const projectPriority = z.enum(['low', 'medium', 'high', 'critical']);

const key = z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, 'an upper-case letter, then 1 to 9 upper-case letters or digits');
/** A calendar day; the year 0 of ISO 8601 is none that the store knows. */
const day = z.iso.date().refine((value) => value >= '0001-01-01', 'must be 0001-01-01 or later');
const budget = z.number().min(0).max(1e15).multipleOf(0.01);
const labels = z.array(z.string().trim().min(1).max(64)).max(50);

/** A project (rest.md §3). `budget` has two decimals and no currency. Dates are calendar days. */
export const project = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string(),
    ownerId: z.string(),
    status: projectStatus,
    priority: projectPriority,
    startDate: z.string().nullable(),
    endDate: z.string().nullable(),
    budget: z.number().nullable(),
    labels: z.array(z.string()),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Project' });

export const newProject = z
  .strictObject({
    key,
    name: z.string().trim().min(1).max(200),
    description: z.string().max(10_000).default(''),
    status: projectStatus.default('planned'),
    priority: projectPriority.default('medium'),
    startDate: day.nullable().default(null),
    endDate: day.nullable().default(null),
    budget: budget.nullable().default(null),
    labels: labels.default([]),
  })
  .refine(({ startDate, endDate }) => startDate === null || endDate === null || startDate <= endDate, {
    path: ['endDate'],
    message: 'must not be before startDate',
  })
  .meta({ id: 'NewProject' });

export type Project = Readonly<z.infer<typeof project>>;
export type NewProject = Readonly<z.infer<typeof newProject>>;
