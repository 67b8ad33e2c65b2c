import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';
import type { ContextRefusal } from '../contract/platform-context.port';

const TTL_MS = 300_000;
/** The tolerated difference between the app's clock and this installation's clock, in either direction. */
const SKEW_MS = 60_000;

/** Returns the reason to reject a context that is too old or too new, or `null` if it is neither. */
export function timeRefusal(issuedAtMs: number, nowMs: number): ContextRefusal | null {
  if (nowMs - issuedAtMs > TTL_MS + SKEW_MS) return 'expired';
  return issuedAtMs - nowMs > SKEW_MS ? 'issued_in_the_future' : null;
}

/**
 * Returns the claimed permissions that the app currently has, which are the scopes that it could request in a token for itself. A context
 * does not name a user, so scopes that users granted to the app do not count.
 */
export function livePermissions(said: readonly string[], declaredScopes: readonly string[]): readonly string[] {
  return [...new Set(said)].filter((scope) => declaredScopes.includes(scope) && !OIDC_SCOPES.has(scope));
}
