import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';

/** The scope for administering the installation. Only the bootstrap grants it (rest.md §2), and it does not appear in any list. */
const PLATFORM_ADMIN = 'platform.admin';

/** Returns true if a key can have a scope. OpenID Connect scopes require a user who is present, so keys cannot have them. */
export function canBeOfKey(scope: string): boolean {
  return scope !== PLATFORM_ADMIN && !OIDC_SCOPES.has(scope);
}
