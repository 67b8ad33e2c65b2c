import { Injectable } from '@nestjs/common';
import { httpContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Clock } from '../../../kernel/time/clock';
import { AuditPort } from '../../audit/contract/audit.port';
import { auditEvent } from '../../audit/contract/audit.types';
import { UsersPort } from '../../users/contract/users.port';
import { type AccessTokenClaims, REFUSAL_MESSAGES, undecided } from '../contract/access-token.types';
import { AccessTokensPort } from '../contract/access-tokens.port';
import type { OauthRequest, Userinfo } from '../contract/oauth.types';
import { userinfoClaims } from '../domain/userinfo-claims';
import { CustomUserinfo } from './custom-userinfo';
import { formParameter } from './form-parameter';
import { OauthAuditRecorder } from './oauth-audit-recorder';

const ACTION = 'oauth.userinfo';
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** The userinfo endpoint (OpenID Connect Core §5.3). */
@Injectable()
export class UserinfoUseCase {
  constructor(
    private readonly tokens: AccessTokensPort,
    private readonly users: UsersPort,
    private readonly audit: AuditPort,
    private readonly custom: CustomUserinfo,
    private readonly trail: OauthAuditRecorder,
    private readonly clock: Clock,
  ) {}

  async run(request: OauthRequest): Promise<Userinfo> {
    const claims = await this.trail.watch(request, ACTION, () => this.admit(request));
    const user = await this.users.find(claims.tenant_id, claims.user_id ?? '');
    if (user?.status !== 'active') throw invalidToken('The user of the token is not active.');
    const custom = await this.trail.watch(request, ACTION, () => this.custom.of(claims, user));
    const context = httpContext(request, {
      tenantId: claims.tenant_id,
      appId: claims.app_id,
      actor: { type: 'user', id: user.id },
    });
    const read = { action: ACTION, resourceType: 'user', resourceId: user.id };
    await this.audit.record(context, auditEvent(context, read, this.clock.nowMs()));
    return { ...custom, ...userinfoClaims(user, claims.scope.split(' ')) };
  }

  private async admit(request: OauthRequest): Promise<AccessTokenClaims> {
    const verdict = await this.tokens.verifyForIssuer(readToken(request));
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable') throw undecided(verdict);
      throw invalidToken(REFUSAL_MESSAGES[verdict.refusal]);
    }
    const { claims } = verdict;
    if (claims.user_id === undefined || !claims.scope.split(' ').includes('openid')) {
      throw new AppError('insufficient_scope', "This call needs a user's token with the scope openid.", {
        headers: challenge('error="insufficient_scope", scope="openid"'),
      });
    }
    return claims;
  }
}

/** Reads the token from the header or from a form, never from both (RFC 6750 §2). */
function readToken(request: OauthRequest): string {
  const inForm = formParameter(request, 'access_token');
  const { authorization } = request;
  if (authorization !== undefined && inForm !== undefined) {
    throw new AppError('invalid_request', 'Send the access token once, in a header or a form (RFC 6750 §2).', {
      headers: challenge('error="invalid_request"'),
    });
  }
  const token = authorization === undefined ? inForm : BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    throw new AppError('unauthorized', 'Send an access token: Authorization: Bearer …', { headers: challenge('') });
  }
  return token;
}

function invalidToken(message: string): AppError {
  return new AppError('invalid_token', message, { headers: challenge('error="invalid_token"') });
}

function challenge(parts: string): Readonly<Record<string, string>> {
  return { 'WWW-Authenticate': `Bearer realm="coresdk"${parts === '' ? '' : `, ${parts}`}` };
}
