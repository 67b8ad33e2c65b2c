import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';
import type { ContextRefusal } from '../contract/platform-context.port';

const TTL_MS = 300_000;
/** How far the app's clock may be off, either way. */
const SKEW_MS = 60_000;

/** Returns the refusal of a context that is too old or too new; `null` if it is neither. */
export function timeRefusal(issuedAtMs: number, nowMs: number): ContextRefusal | null {
  if (nowMs - issuedAtMs > TTL_MS + SKEW_MS) return 'expired';
  return issuedAtMs - nowMs > SKEW_MS ? 'issued_in_the_future' : null;
}

/**
 * Of the permissions that an app says it has, those that it has now: what it could get a token of its own for. A context
 * names no user, so what users granted the app is none of it.
 */
export function livePermissions(said: readonly string[], declaredScopes: readonly string[]): readonly string[] {
  return [...new Set(said)].filter((scope) => declaredScopes.includes(scope) && !OIDC_SCOPES.has(scope));
}
