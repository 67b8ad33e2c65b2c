import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { newUlid } from '../../kernel/ids/ids';
import { LogSampler } from '../../kernel/limits/log-sampler';
import { Clock } from '../../kernel/time/clock';
import { AuditPort } from '../audit/contract/audit.port';
import { type AuditedAction, auditEvent } from '../audit/contract/audit.types';
import { AuthPort } from '../auth/contract/auth.port';
import { SignerPort } from '../keys/contract/signer.port';
import {
  ACCESS_TOKEN_TYP,
  type AccessTokenClaims,
  actorOfClaims,
  REFUSAL_MESSAGES,
  undecided,
} from '../oauth/contract/access-token.types';
import { TokenEventLogPort } from '../token-events/contract/token-event-log.port';
import type { NewTokenEvent } from '../token-events/contract/token-events.types';
import type { AgentMint, AgentSpawn, AgentsPort, AgentVerdict } from './contract/agents.port';
import { DelegationPolicy } from './delegation-policy';
import {
  agentClaims,
  type AgentGrantType,
  agentsInChain,
  chainOf,
  clampTtl,
  MAX_CHAIN_AGENTS,
} from './domain/agent-claims';
import { type Denied, orderFault, scopeFault } from './domain/agent-order';

/** A mint or spawn request, in a common form. */
interface Order {
  readonly grantType: AgentGrantType;
  readonly parentToken: string;
  readonly tenant: string | null;
  readonly agentId: string;
  readonly asked: readonly string[];
  readonly ttlSeconds: number;
}

/** Anyone can present an invalid parent token. In each period, one denial of each kind is recorded, with the number of omitted denials. */
const NOBODYS_EVERY_MS = 1_000;

@Injectable()
export class AgentsService implements AgentsPort {
  private readonly thinned = new LogSampler(NOBODYS_EVERY_MS, () => performance.now());

  constructor(
    private readonly auth: AuthPort,
    private readonly policy: DelegationPolicy,
    private readonly signer: SignerPort,
    private readonly audit: AuditPort,
    private readonly tokenEvents: TokenEventLogPort,
    private readonly clock: Clock,
  ) {}

  mint(context: CallContext, mint: AgentMint): Promise<AgentVerdict> {
    const { parentToken, tenant, targetService: agentId, scopes, ttlSeconds } = mint;
    const order = { parentToken, tenant, agentId, asked: scopes, grantType: 'agent_delegation' } as const;
    const fault = orderFault(agentId, scopes, { agent: 'target_service', scopes: 'scopes' });
    return this.answer(context, { ...order, ttlSeconds: clampTtl(ttlSeconds ?? Number.NaN) }, fault);
  }

  spawn(context: CallContext, spawn: AgentSpawn): Promise<AgentVerdict> {
    const { parentToken, tenant, agentId, capabilities, ttlSeconds } = spawn;
    const order = { parentToken, tenant, agentId, asked: capabilities, grantType: 'agent_spawn' } as const;
    const fault = orderFault(agentId, capabilities, { agent: 'agent_id', scopes: 'capabilities' });
    return this.answer(context, { ...order, ttlSeconds: clampTtl(ttlSeconds) }, fault);
  }

  private async answer(anonymous: CallContext, order: Order, fault: Denied | null): Promise<AgentVerdict> {
    const query = { token: order.parentToken, tenant: order.tenant, expectedAudience: null };
    const parent = await this.auth.validateToken(anonymous, query);
    if (!parent.valid) {
      const { refusal } = parent;
      if (refusal === 'unavailable') throw undecided(parent);
      return this.denyNobody(anonymous, order, { code: refusal, reason: REFUSAL_MESSAGES[refusal] });
    }
    const { claims } = parent;
    const context = {
      ...anonymous,
      tenantId: claims.tenant_id,
      actor: actorOfClaims(claims),
      appId: claims.client_id,
    };
    const scopes = grantable(order, claims);
    const denied =
      fault ??
      parentFault(order, claims, scopes) ??
      (await this.policy.denial(context, claims, { ...order, scopes })) ??
      scopeFault(scopesOf(claims), scopes);
    return denied === null ? this.issue(context, order, claims, scopes) : this.deny(context, order, denied);
  }

  /** Signs and records a token before it returns the token. */
  private async issue(
    context: CallContext,
    order: Order,
    parent: AccessTokenClaims,
    scopes: readonly string[],
  ): Promise<AgentVerdict> {
    const { agentId, grantType, ttlSeconds } = order;
    const nowMs = this.clock.nowMs();
    const grant = { agentId, grantType, scopes, ttlSeconds, jti: newUlid(nowMs), nowMs };
    const claims = agentClaims(parent, { ...grant, audience: narrowedAudience(order, parent) });
    const token = this.signer.signJwt(ACCESS_TOKEN_TYP, claims);
    const [chain, granted] = [chainOf(claims), claims.exp - claims.iat];
    const metadata = { jti: claims.jti, scope: claims.scope, ttlSeconds: granted, chain, parentJti: parent.jti };
    await this.tokenEvents.log(context, issuedEvent(order, claims), auditedAction(order, { metadata }));
    return { allowed: true, token, ttlSeconds: granted, scopes, chain };
  }

  private async denyNobody(context: CallContext, order: Order, { code, reason }: Denied): Promise<AgentVerdict> {
    const omitted = this.thinned.sample(`${order.grantType} ${code}`);
    if (omitted !== null) {
      await this.record(context, order, { outcome: 'denied', reason: code, metadata: { omitted } });
    }
    return { allowed: false, code, reason };
  }

  private async deny(
    context: CallContext,
    order: Order,
    { code, reason, policyRevision }: Denied,
  ): Promise<AgentVerdict> {
    await this.record({ ...context, policyRevision: policyRevision ?? null }, order, {
      outcome: 'denied',
      reason: code,
    });
    return { allowed: false, code, reason };
  }

  private async record(
    context: CallContext,
    order: Order,
    outcome: Pick<AuditedAction, 'outcome' | 'reason' | 'metadata'>,
  ): Promise<void> {
    await this.audit.record(context, auditEvent(context, auditedAction(order, outcome), this.clock.nowMs()));
  }
}

function auditedAction(
  { grantType, agentId }: Order,
  outcome: Pick<AuditedAction, 'outcome' | 'reason' | 'metadata'>,
): AuditedAction {
  const action = grantType === 'agent_spawn' ? 'agent.spawn' : 'agent.mint';
  return { action, resourceType: 'agent', resourceId: agentId.slice(0, 128), ...outcome };
}

function issuedEvent({ agentId, grantType }: Order, claims: AccessTokenClaims): Omit<NewTokenEvent, 'tenantId'> {
  const { jti, exp, client_id: clientId, user_id: userId = null } = claims;
  const expiresAt = new Date(exp * 1000).toISOString();
  const details = { jti, agentId, grantType, scopes: scopesOf(claims), expiresAt };
  return { type: 'agent_token.issued', clientId, userId, details };
}

/**
 * Returns the scopes that a token could have. For a user's agent, these are the requested scopes that the user has; otherwise, all
 * requested scopes.
 */
function grantable({ asked, grantType }: Order, parent: AccessTokenClaims): readonly string[] {
  const once = [...new Set(asked)];
  const held = scopesOf(parent);
  return grantType === 'agent_spawn' ? once.filter((scope) => held.includes(scope)) : once;
}

function parentFault({ grantType }: Order, parent: AccessTokenClaims, scopes: readonly string[]): Denied | null {
  if (grantType === 'agent_spawn') {
    if (parent.user_id === undefined || parent.principal_type === 'agent') {
      return { code: 'not_a_user', reason: "The token must be a user's own token." };
    }
    if (scopes.length === 0) {
      return { code: 'nothing_to_delegate', reason: 'The user has none of the requested capabilities.' };
    }
  }
  if (agentsInChain(parent) < MAX_CHAIN_AGENTS) return null;
  return { code: 'chain_too_long', reason: `A chain has at most ${MAX_CHAIN_AGENTS} agents.` };
}

/** Returns the target as the only audience if it is one of the parent's audiences (RFC 8693 §2.1, `audience`); otherwise `null`. */
function narrowedAudience({ agentId, grantType }: Order, { aud }: AccessTokenClaims): string | null {
  return grantType === 'agent_delegation' && Array.isArray(aud) && aud.includes(agentId) ? agentId : null;
}

function scopesOf({ scope }: AccessTokenClaims): readonly string[] {
  return scope.split(' ').filter((each) => each !== '');
}
