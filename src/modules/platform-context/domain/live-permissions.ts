import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';

/**
 * Of the permissions that an app says it has, those that it has now: what it could get a token of its own for. A context
 * names no user, so what users granted the app is none of it.
 */
export function livePermissions(said: readonly string[], declaredScopes: readonly string[]): readonly string[] {
  return [...new Set(said)].filter((scope) => declaredScopes.includes(scope) && !OIDC_SCOPES.has(scope));
}
