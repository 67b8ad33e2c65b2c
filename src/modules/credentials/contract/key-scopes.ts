import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';

/** Only the bootstrap grants administration of the installation (rest.md §2); it is in no list. */
const PLATFORM_ADMIN = 'platform.admin';

/** Returns whether a key can have a scope. Scopes of OpenID Connect concern a person who is present, so keys cannot have them. */
export function canBeOfKey(scope: string): boolean {
  return scope !== PLATFORM_ADMIN && !OIDC_SCOPES.has(scope);
}
