import type { PolicyDecision, PolicyDenialCode } from '../contract/policy.types';
import { isResourcePermissionRule, permission } from './resource-permission';

/** The maximum length of a reason; longer reasons are truncated. */
const MAX_REASON_CHARS = 1_000;

/**
 * Returns a denial.
 * @param rule the rule, including the prefix `data.`. A rule with structured decisions gets a structured denial.
 */
export function denial(code: PolicyDenialCode, reason: string, version: number | null, rule: string): PolicyDecision {
  const resourcePermission = isResourcePermissionRule(rule) ? permission('deny', code) : null;
  return { allowed: false, code, reason: reason.slice(0, MAX_REASON_CHARS), version, resourcePermission };
}
