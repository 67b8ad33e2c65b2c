import { isReserved, OIDC_SCOPES, SCOPE_NAME } from '../../apps/contract/platform-scopes';
import type { AgentDenial } from '../contract/agents.port';

/** Excludes "@", which separates the names in the subject of an agent's token. */
const AGENT_ID = /^[\w.:/-]{1,128}$/;
const MAX_SCOPES = 100;

export interface Denied {
  readonly code: AgentDenial;
  readonly reason: string;
  /**
   * The version of the tenant's policy that denied the request; absent if the installation's own policy denied it, or no policy was
   * evaluated.
   */
  readonly policyRevision?: string;
}

/**
 * Validates a request before the policy is evaluated. Returns the fault, or `null` if there is none. @param what the field names for the
 * message.
 */
export function orderFault(
  agentId: string,
  scopes: readonly string[],
  what: { readonly agent: string; readonly scopes: string },
): Denied | null {
  const invalid = (reason: string): Denied => ({ code: 'invalid_request', reason });
  if (!AGENT_ID.test(agentId)) return invalid(`${what.agent} must be 1 to 128 letters, digits or . _ : / -`);
  if (scopes.length > MAX_SCOPES) return invalid(`${what.scopes} has more than ${MAX_SCOPES} entries.`);
  if (scopes.some((scope) => !SCOPE_NAME.test(scope))) return invalid(`${what.scopes} has an invalid scope name.`);
  return null;
}

/**
 * Returns a fault that no policy can allow: a scope that the parent does not have, or a scope that is reserved for people and their apps
 * (administration, OpenID Connect). Returns `null` if there is none.
 */
export function scopeFault(parentScopes: readonly string[], scopes: readonly string[]): Denied | null {
  if (scopes.some((scope) => !parentScopes.includes(scope))) {
    return { code: 'scope_not_held_by_parent', reason: 'The parent token does not have all of the requested scopes.' };
  }
  if (scopes.some((scope) => isReserved(scope) || OIDC_SCOPES.has(scope))) {
    return { code: 'scope_reserved', reason: 'Administration and OpenID Connect scopes cannot be delegated.' };
  }
  return null;
}
