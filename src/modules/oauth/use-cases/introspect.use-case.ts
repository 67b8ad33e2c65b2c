import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { prepareJson } from '../../../kernel/http/answers/prepared-json';
import { Clock } from '../../../kernel/time/clock';
import type { AccessTokenClaims } from '../contract/access-token.types';
import { AccessTokensPort } from '../contract/access-tokens.port';
import type { IntrospectionAnswer, OauthRequest } from '../contract/oauth.types';
import { isNewest } from '../domain/judge-refresh';
import { type RefreshTokenHashes, refreshTokenHashes } from '../domain/opaque-token';
import { familyLife, RefreshFamiliesRepository } from '../storage/refresh-families.repository';
import { AuthenticateCaller, type OauthCaller } from './authenticate-caller';
import { missingProof } from './client-proof';
import { requiredParameter } from './form-parameter';
import { OauthAuditRecorder } from './oauth-audit-recorder';

const INACTIVE: IntrospectionAnswer = prepareJson({ active: false });

/**
 * Token introspection (RFC 7662). A client can introspect its own tokens. Only an administrator or a resource server (an app with the scope
 * `introspect`) can introspect the access tokens of the tenant's other apps. For any other caller, and for an expired, revoked or foreign
 * token, the response is `{"active": false}` (§2.2, §4).
 */
@Injectable()
export class IntrospectUseCase {
  /** Responses, keyed by claims object: the same object is used as long as the verified token is cached. */
  private readonly answers = new WeakMap<AccessTokenClaims, IntrospectionAnswer>();

  constructor(
    private readonly authenticate: AuthenticateCaller,
    private readonly tokens: AccessTokensPort,
    private readonly families: RefreshFamiliesRepository,
    private readonly trail: OauthAuditRecorder,
    private readonly clock: Clock,
  ) {}

  async run(request: OauthRequest): Promise<IntrospectionAnswer> {
    const token = requiredParameter(request, 'token');
    const caller = await this.trail.watch(request, 'oauth.token.introspect', () => this.caller(request));
    const refresh = refreshTokenHashes(token);
    if (refresh) return this.refreshToken(caller, refresh);
    const verdict = await this.tokens.verify(token);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable')
        throw new AppError('unavailable', 'The token cannot be checked now; try again.');
      return INACTIVE;
    }
    const { claims, custom } = verdict;
    const mayKnow = caller.asksOfOthers || claims.client_id === caller.clientId;
    if (claims.tenant_id !== caller.tenantId || !mayKnow) return INACTIVE;
    return this.active(claims, custom);
  }

  private active(claims: AccessTokenClaims, custom: Readonly<Record<string, unknown>> = {}): IntrospectionAnswer {
    const known = this.answers.get(claims);
    if (known) return known;
    const answer = prepareJson<IntrospectionAnswer>({ ...custom, active: true, token_type: 'Bearer', ...claims });
    this.answers.set(claims, answer);
    return answer;
  }

  /** Authenticates the caller. RFC 7662 §2.1 requires this, because callers could otherwise probe tokens. */
  private async caller(request: OauthRequest): Promise<OauthCaller> {
    const caller = await this.authenticate.run(request);
    if (caller.isPublic) throw missingProof();
    return caller;
  }

  private async refreshToken(caller: OauthCaller, presented: RefreshTokenHashes): Promise<IntrospectionAnswer> {
    const family = await this.families.find(caller.tenantId, presented.handle);
    if (family?.clientId !== caller.clientId) return INACTIVE;
    if (!isNewest(familyLife(family), presented.hash, this.clock.nowMs())) return INACTIVE;
    const endMs = Math.min(family.idleUntil.getTime(), family.expiresAt.getTime());
    return {
      active: true,
      scope: family.scopes.join(' '),
      client_id: family.clientId,
      sub: family.userId,
      user_id: family.userId,
      tenant_id: caller.tenantId,
      grant_id: family.grantId,
      exp: Math.floor(endMs / 1000),
      iat: Math.floor(family.createdAt.getTime() / 1000),
    };
  }
}
