import { z } from 'zod';
import { wantedType } from '../../events/contract/events.types';
import { USER_ROLES } from '../../users/contract/users.types';
import { WORKFLOW_LIMITS } from './workflow-limits';

const workflowName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, "_" and "-", 64 at most');

const stepId = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'a letter, then letters, digits, "_" and "-", 64 at most');

const expression = z.string().min(1).max(WORKFLOW_LIMITS.maxExpressionChars);
const text = z.string().min(1).max(WORKFLOW_LIMITS.maxTemplateChars);
/** Any JSON value. Its strings can contain templates. */
const template = z.unknown();
const jsonSchema = z.record(z.string(), z.unknown());

/** The kinds of step faults, for `retry.on` and for readers of runs. */
export const STEP_FAULTS = [
  'timeout',
  'unreachable',
  'status',
  'failed',
  'template',
  'limit',
  'denied',
  'expired',
  'secrets',
] as const;
export type StepFaultCode = (typeof STEP_FAULTS)[number];

const RETRIED = ['timeout', 'unreachable', 'status'] as const satisfies readonly StepFaultCode[];

const stepRetry = z
  .strictObject({
    maxAttempts: z.number().int().min(1).max(WORKFLOW_LIMITS.maxStepAttempts).default(1),
    firstDelaySeconds: z.number().min(0).max(86_400).default(1),
    maxDelaySeconds: z.number().min(0).max(86_400).default(300),
    factor: z.number().min(1).max(10).default(2),
    on: z
      .array(z.enum(STEP_FAULTS))
      .max(STEP_FAULTS.length)
      .default([...RETRIED])
      .meta({ description: 'The errors that are retried. Each wait is shortened by a random part of up to half.' }),
  })
  .meta({ id: 'WorkflowRetry' });

const skillCall = {
  skill: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}(@[1-9]\d{0,8})?$/, 'the name of a skill, or name@version')
    .meta({ description: 'If no version is given, the step uses the skill’s default version at run time.' }),
  input: template.optional(),
};
const webhookCall = {
  url: text,
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE', 'GET']).default('POST'),
  body: template.optional().meta({ description: 'The body, which is sent as JSON.' }),
  secret: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
    .optional()
    .meta({
      description:
        'The name of the tenant’s secret for signing the calls (Standard Webhooks). The secret is `whsec_` followed by base64.',
    }),
};

/** The action that undoes a succeeded step when the run fails or is cancelled. */
export const undoAction = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('skill'), ...skillCall }),
    z.strictObject({ type: z.literal('webhook'), ...webhookCall }),
  ])
  .meta({ id: 'WorkflowUndo' });

const shared = {
  id: stepId,
  dependsOn: z.array(stepId).max(WORKFLOW_LIMITS.maxSteps).default([]),
  condition: expression.optional().meta({
    description:
      'An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true.',
  }),
  onError: z.enum(['fail', 'continue', 'compensate']).default('fail'),
};
const tried = {
  retry: stepRetry.prefault({}),
  timeoutSeconds: z.number().int().min(1).max(WORKFLOW_LIMITS.maxStepSeconds).default(30).meta({
    description: 'The time limit of one attempt.',
  }),
  undo: undoAction.optional(),
};

export const workflowStep = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('skill'), ...shared, ...tried, ...skillCall }),
    z.strictObject({ type: z.literal('webhook'), ...shared, ...tried, ...webhookCall }),
    z.strictObject({
      type: z.literal('workflow'),
      ...shared,
      ...tried,
      workflow: workflowName,
      input: template.optional(),
    }),
    z.strictObject({
      type: z.literal('wait'),
      ...shared,
      seconds: z.number().min(0).max(WORKFLOW_LIMITS.maxWaitSeconds).optional(),
      until: text.optional().meta({ description: 'A date and time (ISO 8601), often a template.' }),
    }),
    z.strictObject({
      type: z.literal('switch'),
      ...shared,
      cases: z
        .array(z.strictObject({ when: expression, steps: z.array(stepId).max(WORKFLOW_LIMITS.maxSteps) }))
        .min(1)
        .max(WORKFLOW_LIMITS.maxCases)
        .meta({
          description: 'The first case that is true selects the steps to run. The steps of other cases are skipped.',
        }),
      default: z.array(stepId).max(WORKFLOW_LIMITS.maxSteps).default([]),
    }),
    z.strictObject({
      type: z.literal('approval'),
      ...shared,
      role: z.enum(USER_ROLES).default('admin').meta({ description: 'The minimum role for approval.' }),
      expiresSeconds: z.number().int().min(1).max(WORKFLOW_LIMITS.maxWaitSeconds).default(604_800),
      message: text.optional(),
    }),
  ])
  .meta({ id: 'WorkflowStep' });

export type WorkflowStep = Readonly<z.infer<typeof workflowStep>>;
export type UndoAction = Readonly<z.infer<typeof undoAction>>;
export type StepRetry = Readonly<z.infer<typeof stepRetry>>;

const workflowTrigger = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('manual') }),
    z.strictObject({
      type: z.literal('schedule'),
      cron: z.string().min(1).max(256),
      timezone: z.string().min(1).max(64).default('UTC'),
      input: z.unknown().optional(),
    }),
    z.strictObject({
      type: z.literal('event'),
      event: wantedType.meta({
        description:
          'An event type such as `coresdk.project.created`, or a family of types such as `coresdk.project.*`.',
      }),
      subject: z.string().min(1).max(WORKFLOW_LIMITS.maxSubjectChars).optional().meta({
        description: 'Only events with this subject, such as `project/prj-…`. A trailing `*` matches any suffix.',
      }),
    }),
    z.strictObject({ type: z.literal('webhook') }),
  ])
  .meta({
    id: 'WorkflowTrigger',
    description:
      'The trigger determines the input of a run: the manual or scheduled input, the event (a CloudEvent) or the request body.',
  });

const definition = z.strictObject({
  name: workflowName,
  description: z.string().max(2_000).default(''),
  status: z.enum(['active', 'draft', 'disabled']).default('active'),
  trigger: workflowTrigger.prefault({ type: 'manual' }),
  inputSchema: jsonSchema.optional().meta({
    description: 'JSON Schema 2020-12 for the input, without remote references.',
  }),
  steps: z.array(workflowStep).min(1).max(WORKFLOW_LIMITS.maxSteps),
  output: template.optional().meta({ description: 'The output of a run. By default, the outputs of its last steps.' }),
  timeoutSeconds: z
    .number()
    .int()
    .min(1)
    .max(7 * 86_400)
    .default(86_400)
    .meta({
      description: 'The time limit of a run between two waits. The waits themselves do not count.',
    }),
});

/** A workflow as it is saved. */
export const workflowDefinition = definition.meta({
  id: 'WorkflowDefinition',
  examples: [
    definition.parse({
      name: 'quarterly-review',
      trigger: { type: 'schedule', cron: '0 6 1 */3 *', timezone: 'Europe/Berlin' },
      steps: [
        { id: 'review', type: 'skill', skill: 'access-review', input: { groupId: 'grp-01j9zc8q6t0m3n5v7x9b1d4f6h' } },
        { id: 'approve', type: 'approval', dependsOn: ['review'] },
      ],
    }),
  ],
});

export type WorkflowDefinition = Readonly<z.infer<typeof workflowDefinition>>;
