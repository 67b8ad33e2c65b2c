import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { ClientsPort } from '../apps/contract/clients.port';
import { missingScopeMessage } from '../apps/contract/missing-scope';
import { type AccessTokenClaims, actorOfClaims } from '../oauth/contract/access-token.types';
import type { AuthorizeVerdict, PrincipalAct } from './contract/auth.port';
import { missingScope } from './contract/scope-cover';
import { type PrincipalFacts, scopesOf } from './domain/authorization-input';
import { PolicyDecider } from './policy-decider';

/** Authorizes the bearers of valid tokens: scopes first, then the tenant's policy. */
@Injectable()
export class BearerAuthorizer {
  constructor(
    private readonly decider: PolicyDecider,
    private readonly clients: ClientsPort,
  ) {}

  authorize(
    context: CallContext,
    claims: AccessTokenClaims,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict> {
    const { sub: subject, tenant_id: tenantId, roles } = claims;
    return this.decide(context, { subject, tenantId, roles, claims }, act, options);
  }

  /** Makes the decision for a user who was identified by one of the installation's services and does not have scopes. */
  async decide(
    context: CallContext,
    facts: PrincipalFacts,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict> {
    const { subject, claims } = facts;
    // Denials and their records name the principal, whichever service sends the request.
    const actor = claims === null ? ({ type: 'user', id: subject } as const) : actorOfClaims(claims);
    const missing = missingScope(claims === null ? [] : scopesOf(claims), act.requiredScope);
    if (missing !== null) {
      const holder = { actor, appId: claims?.app_id ?? null, credentialId: claims?.credential_id };
      const reason = await missingScopeMessage(missing, holder, this.clients);
      return { allowed: false, code: 'insufficient_scope', reason };
    }
    return this.decider.decide({ ...context, actor, appId: claims?.client_id ?? context.appId }, facts, act, options);
  }
}
