import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { JOB_STATUSES } from '../../jobs/contract/job-status';
import { workflowDefinition } from './workflow-definition.types';
import { WORKFLOW_LIMITS } from './workflow-limits';

const version = z.number().int().min(1);

/** A workflow with its newest version. */
export const workflow = workflowDefinition
  .extend({
    id: z.string(),
    version: version.meta({
      description: 'The version number. It increases with each change. The entity tag is derived from it.',
    }),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Workflow' });
export type Workflow = Readonly<z.infer<typeof workflow>>;

export const workflowVersion = z
  .object({ id: z.string(), version, createdAt: z.iso.datetime(), createdBy: z.string() })
  .meta({ id: 'WorkflowVersion' });
export type WorkflowVersion = Readonly<z.infer<typeof workflowVersion>>;

export const wholeWorkflowVersion = workflowVersion
  .extend({ definition: workflowDefinition })
  .meta({ id: 'WholeWorkflowVersion' });
export type WholeWorkflowVersion = Readonly<z.infer<typeof wholeWorkflowVersion>>;

export const workflowQuery = listQuery({
  sorts: ['createdAt', 'name'],
  filters: { status: z.enum(['active', 'draft', 'disabled']).optional() },
});
export type WorkflowQuery = Readonly<z.infer<typeof workflowQuery>>;

export const workflowVersionQuery = listQuery({ sorts: ['version'], filters: {} }).extend({
  sort: z.enum(['-version', 'version']).default('-version').meta({ description: 'Newest first by default.' }),
});
export type WorkflowVersionQuery = Readonly<z.infer<typeof workflowVersionQuery>>;

/** The differences between two versions. */
export const workflowDiff = z
  .object({
    from: version,
    to: version,
    added: z.array(z.string()).meta({ description: 'The ids of the added steps.' }),
    removed: z.array(z.string()),
    changed: z.array(z.string()),
    members: z.array(z.string()).meta({ description: 'The other members of the definition that differ.' }),
  })
  .meta({ id: 'WorkflowDiff' });
export type WorkflowDiff = Readonly<z.infer<typeof workflowDiff>>;

export const workflowDiffQuery = z.strictObject({
  from: z.coerce.number().int().min(1).max(2_147_483_647),
  to: z.coerce.number().int().min(1).max(2_147_483_647),
});
export type WorkflowDiffQuery = Readonly<z.infer<typeof workflowDiffQuery>>;

/** The faults of a definition that is not saved yet. */
export const workflowVerdict = z
  .object({
    isValid: z.boolean(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() })),
    definition: workflowDefinition
      .nullable()
      .meta({ description: 'The definition as it would be saved; null if it is invalid.' }),
  })
  .meta({ id: 'WorkflowVerdict' });
export type WorkflowVerdict = Readonly<z.infer<typeof workflowVerdict>>;

export const triggerOrder = z.strictObject({ input: z.unknown().optional() }).meta({ id: 'WorkflowTriggerOrder' });
export type TriggerOrder = Readonly<z.infer<typeof triggerOrder>>;

export const triggered = z.object({ jobId: z.string() }).meta({ id: 'WorkflowTriggered' });
export type Triggered = Readonly<z.infer<typeof triggered>>;

export const hookRotation = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(WORKFLOW_LIMITS.maxOverlapSeconds)
      .default(86_400)
      .meta({ description: 'How long calls that are signed with the previous secret are also accepted.' }),
  })
  .meta({ id: 'WorkflowHookRotation' });
export type HookRotation = Readonly<z.infer<typeof hookRotation>>;

/** The webhook of a workflow, in the only response that shows the secret. */
export const workflowHook = z
  .object({
    url: z.string().meta({ description: 'The URL for signed calls (Standard Webhooks).' }),
    secret: z
      .string()
      .meta({ description: 'The secret: `whsec_` followed by base64. Only this response shows the secret.' }),
  })
  .meta({ id: 'WorkflowHook' });
export type WorkflowHook = Readonly<z.infer<typeof workflowHook>>;

/** A run, which is a job. */
export const workflowRun = z
  .object({
    id: z.string().meta({ description: 'Id of the job.' }),
    workflow: z.string().meta({ description: 'Name of the workflow.' }),
    status: z.enum(JOB_STATUSES),
    input: z.unknown(),
    output: z.unknown(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    completedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WorkflowRun' });
export type WorkflowRun = Readonly<z.infer<typeof workflowRun>>;

export const runStep = z
  .object({
    id: z.string().meta({ description: 'Id of the step, with the suffix `:undo` for its undo action.' }),
    type: z.string(),
    status: z.enum(['pending', 'running', 'waiting', 'succeeded', 'failed', 'skipped']),
    attempt: z.number().int(),
    output: z.unknown(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    dueAt: z.iso.datetime().nullable().meta({ description: 'The time when the step resumes or its wait expires.' }),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WorkflowRunStep' });
export type RunStep = Readonly<z.infer<typeof runStep>>;

/** A run with its steps and its graph. */
export const wholeWorkflowRun = workflowRun
  .extend({
    workflowId: z.string().nullable().meta({ description: 'Null until the run starts.' }),
    version: version.nullable(),
    steps: z.array(runStep),
    graph: z.object({ mermaid: z.string(), svg: z.string() }).nullable(),
  })
  .meta({ id: 'WholeWorkflowRun' });
export type WholeWorkflowRun = Readonly<z.infer<typeof wholeWorkflowRun>>;

export const runQuery = listQuery({
  sorts: ['createdAt'],
  filters: { status: z.enum(JOB_STATUSES).optional() },
}).extend({
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
});
export type RunQuery = Readonly<z.infer<typeof runQuery>>;

export const cancelOrder = z
  .strictObject({
    reason: z.string().max(1_024).default(''),
    compensate: z.boolean().default(false).meta({ description: 'Undo the completed steps in a separate run.' }),
  })
  .meta({ id: 'WorkflowCancelOrder' });
export type CancelOrder = Readonly<z.infer<typeof cancelOrder>>;

export const cancelled = z
  .object({ run: workflowRun, compensationJobId: z.string().nullable() })
  .meta({ id: 'WorkflowCancelled' });
export type Cancelled = Readonly<z.infer<typeof cancelled>>;

export const approvalOrder = z
  .strictObject({
    decision: z.enum(['approve', 'reject']).default('approve'),
    comment: z.string().max(2_000).default(''),
  })
  .meta({ id: 'WorkflowApprovalOrder' });
export type ApprovalOrder = Readonly<z.infer<typeof approvalOrder>>;

/** Returns true when the input of a run exceeds its size limit. */
export function isInputTooLarge(input: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(input ?? null)) > WORKFLOW_LIMITS.maxValueBytes;
}
