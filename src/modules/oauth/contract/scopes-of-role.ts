import { INTROSPECT_SCOPE } from '../../apps/contract/platform-scopes';
import type { UserRole } from '../../users/contract/users.types';

/** Scopes that no person can hand to an app: they are for machines of the operator, of identity providers and of resources. */
const NEVER_BY_A_USER: readonly string[] = ['platform.admin', 'scim', INTROSPECT_SCOPE];
/** The roles that may grant the scope `admin`: nobody can give an app more than they have. */
const ADMINISTRATORS: readonly UserRole[] = ['owner', 'admin'];

/** The first scope that a user of this role cannot give to an app; `undefined` when they can give all. */
export function scopeBeyond(role: UserRole, scopes: readonly string[]): string | undefined {
  return scopes.find(
    (scope) => NEVER_BY_A_USER.includes(scope) || (scope === 'admin' && !ADMINISTRATORS.includes(role)),
  );
}

/** The scopes without those that the user's role does not (any longer) cover. */
export function scopesWithin(role: UserRole, scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => scopeBeyond(role, [scope]) === undefined);
}
