import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';

/** Rule over the installation comes from its bootstrap alone (rest.md §2), and lies in no list. */
const PLATFORM_ADMIN = 'platform.admin';

/** Whether a key can have a scope: what OpenID Connect defines is about a person who is there. */
export function canBeOfKey(scope: string): boolean {
  return scope !== PLATFORM_ADMIN && !OIDC_SCOPES.has(scope);
}
