import { z } from 'zod';
import type { ResourcePermission } from '../contract/policy.types';

/** The package whose rules return structured decisions (wire contract, policy.proto). */
const PACKAGE = 'data.cyberpod.resource_permission.';

/** Returns true if a rule returns structured decisions. The rule's name includes the prefix `data.`. */
export function isResourcePermissionRule(rule: string): boolean {
  return rule.startsWith(PACKAGE);
}

const text = z.string().max(1_024);

const shape = z.object({
  decision: z.enum(['allow', 'deny', 'mask', 'require_approval']),
  reason_code: text.default(''),
  reason_detail: text.default(''),
  obligations: z
    .object({
      audit: z.boolean().default(false),
      mask_field_classes: z.array(text).max(1_000).default([]),
      max_rows: z.number().int().min(0).default(0),
      expires_at: text.default(''),
      requires_approval_type: text.default(''),
    })
    .nullish(),
  safe_http_status: z.number().int().min(100).max(599).optional(),
  decision_id: text.default(''),
});

/**
 * Converts the JSON value of a rule to a structured decision. `true` and `false` are `allow` and `deny`; missing members get the defaults
 * of the wire contract. `null` for any other value, which is a denial.
 */
export function toResourcePermission(value: unknown): ResourcePermission | null {
  if (typeof value === 'boolean') return value ? permission('allow', '') : permission('deny', 'denied');
  const parsed = shape.safeParse(value);
  if (!parsed.success) return null;
  const { decision, obligations, ...given } = parsed.data;
  return {
    decision,
    reasonCode: given.reason_code,
    reasonDetail: given.reason_detail,
    obligations: obligations
      ? {
          audit: obligations.audit,
          maskFieldClasses: obligations.mask_field_classes,
          maxRows: obligations.max_rows,
          expiresAt: obligations.expires_at,
          requiresApprovalType: obligations.requires_approval_type,
        }
      : null,
    safeHttpStatus: given.safe_http_status ?? statusOf(decision),
    decisionId: given.decision_id,
  };
}

/** Returns the structured form of a plain decision. */
export function permission(decision: 'allow' | 'deny', reasonCode: string): ResourcePermission {
  return {
    decision,
    reasonCode,
    reasonDetail: '',
    obligations: null,
    safeHttpStatus: statusOf(decision),
    decisionId: '',
  };
}

function statusOf(decision: ResourcePermission['decision']): number {
  return decision === 'allow' || decision === 'mask' ? 200 : 403;
}
