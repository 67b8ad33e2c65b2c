import { z } from 'zod';
import { loggedDecision } from '../contract/policy-bundles.types';
import { bundleFiles } from './bundle-upload';

const version = z.number().int().min(1).max(2_147_483_647);

export const uploadQuery = z.strictObject({
  stage: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'True to keep the bundle without activating it.' }),
});
export type UploadQuery = z.infer<typeof uploadQuery>;

export const activation = z.strictObject({ version }).meta({ id: 'PolicyActivation' });
export type Activation = z.infer<typeof activation>;

export const rollback = z
  .strictObject({ version: version.optional().meta({ description: 'Default: the version that was active before.' }) })
  .meta({ id: 'PolicyRollback' });
export type Rollback = z.infer<typeof rollback>;

export const dryRunQuery = z
  .strictObject({
    rule: z.string().min(1).max(512).meta({ description: 'Such as `data.authz.allow`; `data.` is optional.' }),
    input: z.unknown(),
    version: version.optional().meta({ description: 'A stored version to decide with, instead of the active one.' }),
    draft: bundleFiles.optional().meta({ description: 'A draft to decide with: modules by path, and data.' }),
    compareLast: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .meta({ description: 'The number of most recent logged decisions to evaluate again.' }),
  })
  .refine(
    ({ version: stored, draft }) => stored === undefined || draft === undefined,
    'send version or draft, not both',
  )
  .meta({
    id: 'PolicyDryRun',
    examples: [
      {
        rule: 'data.authz.allow',
        input: { action: 'project.read' },
        draft: { modules: { 'authz.rego': 'package authz\n\nallow if input.action == "project.read"' } },
      },
    ],
  });
export type DryRunBody = z.infer<typeof dryRunQuery>;

const place = { rule: z.string(), file: z.string(), row: z.number().int() };

/** The structured decision of a rule below `data.cyberpod.resource_permission`. */
const resourcePermission = z
  .object({
    decision: z.enum(['allow', 'deny', 'mask', 'require_approval']),
    reasonCode: z.string(),
    reasonDetail: z.string(),
    obligations: z
      .object({
        audit: z.boolean(),
        maskFieldClasses: z.array(z.string()),
        maxRows: z.number(),
        expiresAt: z.string().meta({ description: 'RFC 3339; empty if there is no expiry.' }),
        requiresApprovalType: z.string(),
      })
      .nullable(),
    safeHttpStatus: z.number().int(),
    decisionId: z.string(),
  })
  .meta({ id: 'ResourcePermission' });

export const dryRunReport = z
  .object({
    decision: z.object({
      allowed: z.boolean(),
      code: z.string().nullable(),
      reason: z.string(),
      version: z.number().int().nullable(),
      resourcePermission: resourcePermission.nullable(),
    }),
    value: z.unknown().optional(),
    decidedBy: z.array(z.object(place)),
    coverage: z.object({
      percent: z.number(),
      files: z.array(
        z.object({ path: z.string(), covered: z.array(z.number().int()), notCovered: z.array(z.number().int()) }),
      ),
    }),
    timings: z.array(z.object({ ...place, calls: z.number().int(), micros: z.number() })),
    durationMicros: z.number(),
    comparison: z
      .object({
        compared: z.number().int(),
        inexact: z.number().int(),
        changed: z.array(z.object({ decision: loggedDecision, draftAllowed: z.boolean(), draftReason: z.string() })),
      })
      .nullable(),
  })
  .meta({ id: 'PolicyDryRunReport' });
