import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';

const projectStatus = z.enum(['planned', 'active', 'on_hold', 'completed', 'archived']);
const projectPriority = z.enum(['low', 'medium', 'high', 'critical']);

/** The number of days for which a deleted project can be restored. */
export const RESTORABLE_DAYS = 30;

const key = z.string().regex(/^[A-Z][A-Z0-9]{1,9}$/, 'an upper-case letter, then 1 to 9 upper-case letters or digits');
/** A calendar day. The database does not support ISO 8601's year 0. */
const day = z.iso.date().refine((value) => value >= '0001-01-01', 'must be 0001-01-01 or later');
const name = z.string().trim().min(1).max(200);
const description = z.string().max(10_000);
const budget = z.number().min(0).max(1e15).multipleOf(0.01);
const label = z.string().trim().min(1).max(64);
const labels = z.array(label).max(50);

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
    version: z
      .number()
      .int()
      .meta({ description: 'Starts at 1 and increases by 1 with each change. The entity tag contains it.' }),
    createdAt: z.string(),
    createdBy: z.string(),
    updatedAt: z.string(),
    updatedBy: z.string(),
    deletedAt: z
      .string()
      .nullable()
      .meta({ description: `Can be restored for ${RESTORABLE_DAYS} days.` }),
  })
  .meta({ id: 'Project' });

interface Days {
  readonly startDate?: string | null | undefined;
  readonly endDate?: string | null | undefined;
}

const isInOrder = ({ startDate, endDate }: Days): boolean =>
  typeof startDate !== 'string' || typeof endDate !== 'string' || startDate <= endDate;
const OUT_OF_ORDER = { path: ['endDate'], message: 'must not be before startDate' };

export const newProject = z
  .strictObject({
    key,
    name,
    description: description.default(''),
    status: projectStatus.default('planned'),
    priority: projectPriority.default('medium'),
    startDate: day.nullable().default(null),
    endDate: day.nullable().default(null),
    budget: budget.nullable().default(null),
    labels: labels.default([]),
  })
  .refine(isInOrder, OUT_OF_ORDER)
  .meta({ id: 'NewProject' });

/** Changes to a project. Omitted members stay unchanged, as in RFC 7396; none of these members is an object. */
export const projectPatch = z
  .strictObject({
    key: key.optional(),
    name: name.optional(),
    description: description.optional(),
    status: projectStatus.optional(),
    priority: projectPriority.optional(),
    startDate: day.nullable().optional(),
    endDate: day.nullable().optional(),
    budget: budget.nullable().optional(),
    labels: labels.optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'must contain at least one member to change')
  .refine(isInOrder, OUT_OF_ORDER)
  .meta({ id: 'ProjectPatch' });

/** Selects and sorts projects. */
export const projectQuery = listQuery({
  sorts: ['createdAt', 'updatedAt', 'name'],
  filters: {
    key: key.optional(),
    ownerId: z.string().min(1).max(128).optional(),
    status: projectStatus.optional(),
    priority: projectPriority.optional(),
    label: label.optional().meta({ description: 'A label of the project.' }),
    deleted: z.enum(['false', 'true']).default('false').meta({ description: '`true`: deleted projects only.' }),
  },
});

/** An action on a project as recorded in the audit log, without personal data. */
export const projectActivity = z
  .object({
    id: z.string(),
    ts: z.iso.datetime(),
    action: z.string(),
    actorType: z.enum(['user', 'service', 'agent', 'system']),
    actorId: z.string().nullable(),
    outcome: z.enum(['success', 'denied', 'failure']),
    metadata: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'ProjectActivity' });

export type ProjectActivity = Readonly<z.infer<typeof projectActivity>>;
export type Project = Readonly<z.infer<typeof project>>;
export type NewProject = Readonly<z.infer<typeof newProject>>;
export type ProjectPatch = Readonly<z.infer<typeof projectPatch>>;
export type ProjectQuery = Readonly<z.infer<typeof projectQuery>>;
