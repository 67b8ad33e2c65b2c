import type { AccessTokenClaims, ActClaim } from '../../oauth/contract/access-token.types';

export type AgentGrantType = 'agent_spawn' | 'agent_delegation';

/** Agents may hand on what they were given, so often: with each the chance grows that nobody knows who has it. */
export const MAX_CHAIN_AGENTS = 3;
const MAX_TTL_SECONDS = 300;

/** The part of its parent's token that an agent receives. */
export interface AgentGrant {
  readonly agentId: string;
  readonly grantType: AgentGrantType;
  readonly scopes: readonly string[];
  readonly ttlSeconds: number;
  /** A ULID of `nowMs`. */
  readonly jti: string;
  readonly nowMs: number;
  /** The only audience, of those that the parent has; `null` for all of them. */
  readonly audience: string | null;
}

/** A lifetime as it is granted: whole seconds from 1 to 300. */
export function clampTtl(seconds: number): number {
  return Math.min(MAX_TTL_SECONDS, Math.max(1, Math.trunc(Number.isFinite(seconds) ? seconds : MAX_TTL_SECONDS)));
}

/** How many agents stand between a token and the user or app that it comes from. */
export function agentsInChain({ parent_jtis: parents = [] }: AccessTokenClaims): number {
  return parents.length;
}

/**
 * The claims of an agent's token: the parent's, with fewer scopes and a nearer end. `sub` is
 * `agent:{id}@user:{user}@tenant:{tenant}` (wire contract, AgentSpawnGateResponse), with `app:{client}` for a parent without
 * a user. Everything by which the parent can be revoked stays.
 */
export function agentClaims(parent: AccessTokenClaims, grant: AgentGrant): AccessTokenClaims {
  const { agentId, grantType, scopes, ttlSeconds, jti, nowMs, audience } = grant;
  const iat = Math.floor(nowMs / 1000);
  const act: ActClaim = { sub: `agent:${agentId}`, ...(parent.act === undefined ? {} : { act: parent.act }) };
  return {
    ...parent,
    sub: `agent:${agentId}@${originOf(parent)}@tenant:${parent.tenant_id}`,
    ...(audience === null ? {} : { aud: audience }),
    iat,
    exp: Math.min(iat + ttlSeconds, parent.exp),
    jti,
    scope: scopes.join(' '),
    principal_type: 'agent',
    grant_type: grantType,
    act,
    parent_jtis: [...(parent.parent_jtis ?? []), parent.jti],
  };
}

/** Returns the chain of delegation: the origin, then each agent in the order of delegation. */
export function chainOf(claims: AccessTokenClaims): readonly string[] {
  const agents: string[] = [];
  for (let act = claims.act; act !== undefined; act = act.act) agents.unshift(act.sub);
  return [originOf(claims), ...agents];
}

function originOf({ user_id: userId, client_id: clientId }: AccessTokenClaims): string {
  return userId === undefined ? `app:${clientId}` : `user:${userId}`;
}
