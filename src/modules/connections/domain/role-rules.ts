import type { FederatedRole } from '../../users/contract/federation.port';
import type { RoleRule } from '../contract/connections.types';

/** The rules of a connection. */
export interface RoleRules {
  readonly roleRules: readonly RoleRule[];
  readonly defaultRole: FederatedRole;
}

/** Returns the role that the rules assign: that of the first rule that matches, otherwise the default. */
export function ruledRole(
  claims: Readonly<Record<string, unknown>>,
  { roleRules, defaultRole }: RoleRules,
): FederatedRole {
  return roleRules.find((rule) => holds(claims, rule))?.role ?? defaultRole;
}

/** Compares exactly. A claim with one value can be a string instead of a list. */
function holds(claims: Readonly<Record<string, unknown>>, { claim, contains }: RoleRule): boolean {
  // A name such as `constructor` must not find a member that every object has.
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return Array.isArray(value) ? value.includes(contains) : value === contains;
}
