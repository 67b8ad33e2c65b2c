import type { PolicyDecision, PolicyDenialCode } from '../contract/policy.types';
import { isResourcePermissionRule, permission } from './resource-permission';

/** Longest reason that is handed on; what a policy writes beyond it is cut. */
const MAX_REASON_CHARS = 1_000;

/**
 * A decision against.
 * @param rule with `data.` in front: one whose decisions are structured gets its denial in that form too.
 */
export function denial(code: PolicyDenialCode, reason: string, version: number | null, rule: string): PolicyDecision {
  const resourcePermission = isResourcePermissionRule(rule) ? permission('deny', code) : null;
  return { allowed: false, code, reason: reason.slice(0, MAX_REASON_CHARS), version, resourcePermission };
}
