import { isReserved, OIDC_SCOPES, SCOPE_NAME } from '../../apps/contract/platform-scopes';
import type { AgentDenial } from '../contract/agents.port';

/** No "@", which separates the names in the subject of an agent's token. */
const AGENT_ID = /^[\w.:/-]{1,128}$/;
const MAX_SCOPES = 100;

export interface Denied {
  readonly code: AgentDenial;
  readonly reason: string;
  /** Version of the tenant's policy that denied; absent when the installation's own did, or none was asked. */
  readonly policyRevision?: string;
}

/** Returns the fault of a request, before the policy is asked; `null` when there is none. @param what its names in the message. */
export function orderFault(
  agentId: string,
  scopes: readonly string[],
  what: { readonly agent: string; readonly scopes: string },
): Denied | null {
  const invalid = (reason: string): Denied => ({ code: 'invalid_request', reason });
  if (!AGENT_ID.test(agentId)) return invalid(`${what.agent} must be 1 to 128 of letters, digits and . _ : / -`);
  if (scopes.length > MAX_SCOPES) return invalid(`${what.scopes} has more than ${MAX_SCOPES} entries.`);
  if (scopes.some((scope) => !SCOPE_NAME.test(scope))) return invalid(`${what.scopes} has an entry that is no scope.`);
  return null;
}

/**
 * Returns the fault that no policy can allow: a scope that the parent does not have, or one reserved for people and their apps
 * (administration, OpenID Connect). `null` when there is none.
 */
export function scopeFault(parentScopes: readonly string[], scopes: readonly string[]): Denied | null {
  if (scopes.some((scope) => !parentScopes.includes(scope))) {
    return { code: 'scope_not_held_by_parent', reason: 'The parent token does not have every scope that is asked.' };
  }
  if (scopes.some((scope) => isReserved(scope) || OIDC_SCOPES.has(scope))) {
    return { code: 'scope_reserved', reason: 'Scopes of administration and of OpenID Connect are not delegated.' };
  }
  return null;
}
