import type { AccessTokenClaims, ActClaim } from '../../oauth/contract/access-token.types';

export type AgentGrantType = 'agent_spawn' | 'agent_delegation';

/** The maximum number of agents in a delegation chain. With each delegation, it becomes harder to know who has the permissions. */
export const MAX_CHAIN_AGENTS = 3;
const MAX_TTL_SECONDS = 300;

/** The part of the parent token that an agent receives. */
export interface AgentGrant {
  readonly agentId: string;
  readonly grantType: AgentGrantType;
  readonly scopes: readonly string[];
  readonly ttlSeconds: number;
  /** A ULID with the timestamp `nowMs`. */
  readonly jti: string;
  readonly nowMs: number;
  /** The one audience to keep from the parent's token; `null` to keep all of them. */
  readonly audience: string | null;
}

/** Returns the granted lifetime, in whole seconds from 1 to 300. */
export function clampTtl(seconds: number): number {
  return Math.min(MAX_TTL_SECONDS, Math.max(1, Math.trunc(Number.isFinite(seconds) ? seconds : MAX_TTL_SECONDS)));
}

/** Returns the number of agents between a token and the user or app at its origin. */
export function agentsInChain({ parent_jtis: parents = [] }: AccessTokenClaims): number {
  return parents.length;
}

/**
 * Returns the claims for an agent's token: the parent's claims with fewer scopes and an earlier expiry. `sub` is
 * `agent:{id}@user:{user}@tenant:{tenant}` (wire contract, AgentSpawnGateResponse), with `app:{client}` for a parent without a user.
 * Keeps every claim to which revocations of the parent refer.
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
