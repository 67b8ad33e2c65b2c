import { Injectable } from '@nestjs/common';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { TenantNames } from '../../kernel/context/tenant-names';
import type { OutageReason } from '../../kernel/errors/reason';
import { newId } from '../../kernel/ids/ids';
import { KeysPort } from '../keys/contract/keys.port';
import {
  type AccessTokenClaims,
  actorOfClaims,
  isForMcpAlone,
  isMeantFor,
  REFUSAL_MESSAGES,
  type TokenVerdict,
  undecided,
} from '../oauth/contract/access-token.types';
import { AccessTokensPort } from '../oauth/contract/access-tokens.port';
import { TokenRevocationPort } from '../oauth/contract/token-revocation.port';
import { BearerAuthorizer } from './bearer-authorizer';
import type {
  AuthorizeQuery,
  AuthorizeVerdict,
  AuthPort,
  PrincipalAct,
  PrincipalVerdict,
  Requester,
  ValidateToken,
} from './contract/auth.port';
import type { PrincipalFacts } from './domain/authorization-input';
import type { Principal } from './contract/principal.types';
import { PrincipalAuthorizer } from './principal-authorizer';

type Refused = Extract<TokenVerdict, { valid: false }>;

@Injectable()
export class AuthService implements AuthPort {
  constructor(
    private readonly tokens: AccessTokensPort,
    private readonly revocation: TokenRevocationPort,
    private readonly keys: KeysPort,
    private readonly tenants: TenantNames,
    private readonly bearers: BearerAuthorizer,
    private readonly principals: PrincipalAuthorizer,
  ) {}

  async validateToken(_context: CallContext | null, query: ValidateToken): Promise<TokenVerdict> {
    const verdict = await this.tokens.verify(query.token);
    if (!verdict.valid) return verdict;
    const { tenant } = query;
    const expectedAudience = this.audienceOf(query);
    const { claims } = verdict;
    const isMeant = expectedAudience === null ? !isForMcpAlone(claims) : isMeantFor(claims, expectedAudience);
    if (!isMeant) return { valid: false, refusal: 'token_wrong_audience' };
    if (tenant !== null && !(await this.belongsTo(claims, tenant))) {
      return { valid: false, refusal: 'tenant_mismatch' };
    }
    return verdict;
  }

  async authorize(
    context: CallContext,
    query: AuthorizeQuery,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<AuthorizeVerdict> {
    const facts = await this.factsOf(context, query.principal);
    if ('refusal' in facts) {
      const { refusal, ...cause } = facts;
      return { allowed: false, code: refusal, reason: REFUSAL_MESSAGES[refusal], ...outageIn(cause) };
    }
    return this.bearers.decide(context, facts, query, options);
  }

  authorizePrincipal(
    context: CallContext,
    principal: Principal,
    act: PrincipalAct,
    options?: { readonly callerRecordsDenials: boolean },
  ): Promise<PrincipalVerdict> {
    return this.principals.authorize(context, principal, act, options);
  }

  async revokeToken(
    context: CallContext | null,
    token: string,
    tenant: string | null,
    reason: string,
  ): Promise<boolean> {
    const verdict = await this.tokens.verify(token);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable') throw undecided(verdict);
      return verdict.refusal === 'token_revoked';
    }
    const { claims } = verdict;
    if (tenant !== null && !(await this.belongsTo(claims, tenant))) return false;
    // The bearer of a token can revoke it. The audit record names the token's subject, whichever service forwarded the request.
    const bearer = { ...(context ?? systemContext(newId('req'))), actor: actorOfClaims(claims) };
    await this.revocation.revoke({ ...bearer, appId: claims.client_id }, claims, reason);
    return true;
  }

  async isRevoked(context: CallContext | null, token: string): Promise<boolean> {
    // An invalid token counts as revoked, so that callers stop using it.
    return !(await this.validateToken(context, { token, tenant: null, expectedAudience: null })).valid;
  }

  async jwks(): Promise<string> {
    return this.keys.jwksJson();
  }

  /** Returns the facts about a principal, or the reason why its token is refused. */
  private async factsOf(context: CallContext, principal: Requester): Promise<PrincipalFacts | Refused> {
    if ('subject' in principal) return { ...principal, claims: null };
    const { token, tenant, expectedAudience = null } = principal;
    const verdict = await this.validateToken(context, { token, tenant, expectedAudience });
    if (!verdict.valid) return verdict;
    const { claims } = verdict;
    return { subject: claims.sub, tenantId: claims.tenant_id, roles: claims.roles, claims };
  }

  private audienceOf({ expectedAudience, ignoresUnknownAudience }: ValidateToken): string | null {
    if (expectedAudience === null || ignoresUnknownAudience !== true) return expectedAudience;
    return this.tokens.isKnownAudience(expectedAudience) ? expectedAudience : null;
  }

  private async belongsTo(claims: AccessTokenClaims, tenant: string): Promise<boolean> {
    if (tenant === claims.tenant_id || tenant === claims.tenant_slug) return true;
    return (await this.tenants.idOf(tenant)) === claims.tenant_id;
  }
}

function outageIn({ outage }: { readonly outage?: OutageReason }): { readonly outage?: OutageReason } {
  return outage === undefined ? {} : { outage };
}
