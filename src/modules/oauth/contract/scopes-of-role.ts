import { INTROSPECT_SCOPE } from '../../apps/contract/platform-scopes';
import type { UserRole } from '../../users/contract/users.types';

/** Scopes that users cannot grant to an app. They are for operators' machines, identity providers and resource servers. */
const NEVER_BY_A_USER: readonly string[] = ['platform.admin', 'scim', INTROSPECT_SCOPE];
/** The roles that can grant the scope `admin`: users cannot grant an app more access than they have. */
const ADMINISTRATORS: readonly UserRole[] = ['owner', 'admin'];

/** Returns the first scope that a user with this role cannot grant to an app; `undefined` if the user can grant all of them. */
export function scopeBeyond(role: UserRole, scopes: readonly string[]): string | undefined {
  return scopes.find(
    (scope) => NEVER_BY_A_USER.includes(scope) || (scope === 'admin' && !ADMINISTRATORS.includes(role)),
  );
}

/** Returns the scopes that the user's role still covers. */
export function scopesWithin(role: UserRole, scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => scopeBeyond(role, [scope]) === undefined);
}
