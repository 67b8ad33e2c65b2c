import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import type { AccessTokenClaims } from '../oauth/contract/access-token.types';
import { PolicyPort } from '../policy/contract/policy.port';
import { type AgentGrantType, agentsInChain } from './domain/agent-claims';
import type { Denied } from './domain/agent-order';

const RULE = 'data.coresdk.agent_delegation.allow';

/** The delegation on which the policy decides. */
export interface DelegationRequest {
  readonly agentId: string;
  readonly grantType: AgentGrantType;
  readonly scopes: readonly string[];
  readonly ttlSeconds: number;
}

/** Evaluates the tenant's policy for a delegation (policies/default/coresdk/agent_delegation.rego). */
@Injectable()
export class DelegationPolicy {
  constructor(private readonly policy: PolicyPort) {}

  /** Returns the denial, or `null` if the delegation is allowed. The caller records the denial. */
  async denial(context: CallContext, parent: AccessTokenClaims, asked: DelegationRequest): Promise<Denied | null> {
    const { tenant_id: tenantId } = parent;
    const value = {
      target_service: asked.agentId,
      scopes: asked.scopes,
      ttl_seconds: asked.ttlSeconds,
      grant_type: asked.grantType,
      agents_before: agentsInChain(parent),
      tenant_id: tenantId,
      parent_claims: parent,
    };
    const query = { tenantId, rule: RULE, input: { value }, deadlineMs: context.deadlineMs };
    const decision = await this.policy.evaluate(context, query, { callerRecordsDenials: true });
    const { version, code, reason } = decision;
    if (decision.allowed) return null;
    return { code: code ?? 'denied', reason, ...(version === null ? {} : { policyRevision: String(version) }) };
  }
}
