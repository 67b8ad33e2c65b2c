import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import { ReadRecordingPort } from '../audit/contract/read-recording.port';
import {
  type AccessTokenClaims,
  actorOfClaims,
  isForTheIssuer,
  type TokenRefusal,
} from '../oauth/contract/access-token.types';
import { RateLimitPort } from '../rate-limit/contract/rate-limit.port';
import { BearerAuthorizer } from './bearer-authorizer';
import type { Admission, AdmissionPort, AdmissionQuery, ClaimedMembership } from './contract/admission.port';
import { AuthPort } from './contract/auth.port';

/** Admits requests in the process that validates tokens, evaluates policies and counts requests. */
@Injectable()
export class AdmissionService implements AdmissionPort {
  constructor(
    private readonly auth: AuthPort,
    private readonly bearers: BearerAuthorizer,
    private readonly limits: RateLimitPort,
    private readonly reads: ReadRecordingPort,
  ) {}

  async admit(context: CallContext, query: AdmissionQuery): Promise<Admission> {
    const { audience } = query;
    const token = await this.auth.validateToken(context, {
      token: query.token,
      tenant: null,
      expectedAudience: audience,
    });
    if (!token.valid) return { token, decision: null, limit: null };
    const { claims } = token;
    // The token is valid for the company's own resources but does not give access to the platform's resources.
    if (audience === null && !isForTheIssuer(claims)) return refused('token_wrong_audience');
    const decision = await this.bearers.authorize(context, claims, actOf(query, claims), {
      callerRecordsDenials: true,
    });
    if (!decision.allowed) return { token, decision, limit: null };
    const { tenant_id: tenantId, app_id: key } = claims;
    const { route } = query;
    const counted = { tenantId, key, limit: null, windowSeconds: null, cost: 1, route };
    const limit = await this.limits.check({ ...context, tenantId, actor: actorOfClaims(claims), appId: key }, counted);
    const aggregatesReads = (await this.reads.of(tenantId)) === 'aggregated';
    return { token, decision, limit, aggregatesReads };
  }
}

function refused(refusal: TokenRefusal): Admission {
  return { token: { valid: false, refusal }, decision: null, limit: null };
}

function actOf(query: AdmissionQuery, claims: AccessTokenClaims): Parameters<BearerAuthorizer['authorize']>[2] {
  const { action, resource, requiredScope, isOwn, membership } = query;
  const context = {
    ...query.context,
    ...(isOwn ? { resource_owner: actorOfClaims(claims).id } : {}),
    ...(membership !== null && isOf(claims, membership) ? { project: membership.project } : {}),
  };
  return { action, resource, requiredScope, context };
}

function isOf(claims: AccessTokenClaims, { tenantId, userId }: ClaimedMembership): boolean {
  const actor = actorOfClaims(claims);
  return claims.tenant_id === tenantId && actor.type === 'user' && actor.id === userId;
}
