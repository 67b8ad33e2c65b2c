import type { UserRole } from '../../users/contract/users.types';
import type { FactorKind, RemainingStep, SecondFactor } from '../contract/factors.types';
import type { SignInRule } from '../contract/sign-in-rules.types';
import { hasTwoFactors } from '../contract/two-factors';

/** The facts that decide what a user must still do. */
export interface SignInFacts {
  readonly amr: readonly string[];
  readonly role: UserRole;
  /** The kinds of the user's factors. */
  readonly kinds: readonly FactorKind[];
  readonly recoveryCodes: number;
  /** The rule of the tenant. */
  readonly tenantRule: SignInRule;
  /** The rule of the app; `null` if it has none. */
  readonly appRule: SignInRule | null;
  /** True if the app demands two factors for this sign-in. */
  readonly isDemanded: boolean;
}

/**
 * Returns what remains after the factors in `amr`. A user who has a factor presents it even where none is required. A rule can only be
 * ignored for users without a factor if neither the tenant nor the app requires one: an app can be stricter than its tenant, never laxer.
 */
export function remainingStep(facts: SignInFacts): RemainingStep {
  const { amr, role, kinds, recoveryCodes, tenantRule, appRule } = facts;
  if (hasTwoFactors(amr)) return { step: 'none' };
  const isRequired = facts.isDemanded || [tenantRule, appRule].some((rule) => rule !== null && requires(rule, role));
  if (!isRequired && tenantRule.secondFactor === 'off') return { step: 'none' };
  if (kinds.length > 0) return { step: 'prove', kinds: choices(kinds, recoveryCodes) };
  return { step: isRequired ? 'enroll' : 'none' };
}

/** Returns whether a rule requires a second factor of users with this role. */
export function requires({ secondFactor, requiredRoles }: SignInRule, role: UserRole): boolean {
  return secondFactor === 'required' || (secondFactor === 'optional' && requiredRoles.includes(role));
}

function choices(kinds: readonly FactorKind[], recoveryCodes: number): readonly SecondFactor[] {
  return [...new Set<SecondFactor>(kinds), ...(recoveryCodes > 0 ? ['recovery_code' as const] : [])];
}
