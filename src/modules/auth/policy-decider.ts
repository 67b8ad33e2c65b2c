import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { AUTHZ_RULE } from '../policy/contract/policy.types';
import { PolicyPort } from '../policy/contract/policy.port';
import type { AuthorizeVerdict, PrincipalAct } from './contract/auth.port';
import { authorizationInput, type PrincipalFacts } from './domain/authorization-input';

/** Evaluates the tenant's policy (`data.authz.allow`), in the same way for bearers of tokens and for stored work. */
@Injectable()
export class PolicyDecider {
  constructor(private readonly policy: PolicyPort) {}

  /**
   * Decides whether an action is allowed. @param context a context whose actor is the acting principal: denials are recorded for it,
   * whichever service sends the request.
   */
  async decide(
    context: CallContext,
    facts: PrincipalFacts,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict> {
    const { tenantId, roles } = facts;
    const decision = await this.policy.evaluate(
      { ...context, tenantId },
      {
        tenantId,
        rule: AUTHZ_RULE,
        input: { value: authorizationInput(facts, act) },
        deadlineMs: context.deadlineMs,
      },
      options,
    );
    const revision = decision.version === null ? {} : { policyRevision: String(decision.version) };
    if (decision.allowed) return { allowed: true, who: { roles, tenantId }, ...revision };
    const { code, reason, outage } = decision;
    return { allowed: false, code: code ?? 'denied', reason, ...(outage === undefined ? {} : { outage }), ...revision };
  }
}
