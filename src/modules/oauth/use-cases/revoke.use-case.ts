import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { type CallContext, httpContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { AccessTokensPort } from '../contract/access-tokens.port';
import type { OauthRequest } from '../contract/oauth.types';
import { TokenRevocationPort } from '../contract/token-revocation.port';
import { type RefreshTokenHashes, refreshTokenHashes } from '../domain/opaque-token';
import { RefreshFamiliesRepository } from '../storage/refresh-families.repository';
import { AuthenticateCaller, type OauthCaller } from './authenticate-caller';
import { EndFamily } from './end-family';
import { requiredParameter } from './form-parameter';
import { OauthAuditRecorder } from './oauth-audit-recorder';

/**
 * Token revocation (RFC 7009). A client can revoke its own tokens; an administrator can revoke any token of the tenant. If a token is
 * unknown, has expired, was already revoked or belongs to another tenant, the response is 200 and nothing changes (§2.2). Revoking a
 * refresh token, even a rotated one, also revokes its family and the access tokens of its grant (§2.1).
 */
@Injectable()
export class RevokeUseCase {
  constructor(
    private readonly authenticate: AuthenticateCaller,
    private readonly tokens: AccessTokensPort,
    private readonly revocation: TokenRevocationPort,
    private readonly families: RefreshFamiliesRepository,
    private readonly endFamily: EndFamily,
    private readonly feed: ChangeFeed,
    private readonly trail: OauthAuditRecorder,
  ) {}

  async run(request: OauthRequest): Promise<void> {
    const token = requiredParameter(request, 'token');
    const caller = await this.trail.watch(request, 'oauth.token.revoke', () => this.authenticate.run(request));
    const refresh = refreshTokenHashes(token);
    if (refresh) await this.revokeFamily(request, caller, refresh);
    else await this.revokeAccessToken(request, caller, token);
  }

  private async revokeFamily(
    request: OauthRequest,
    caller: OauthCaller,
    { handle }: RefreshTokenHashes,
  ): Promise<void> {
    const { tenantId } = caller;
    const outcome = await this.families.locked(tenantId, handle, async (tx, family) => {
      if (!family || family.endedAt) return 'unknown';
      if (!caller.isAdmin && family.clientId !== caller.clientId) return 'foreign';
      await this.endFamily.withinLock(tx, request, { tenantId, clientId: caller.clientId }, family, 'revoked');
      return 'ended';
    });
    if (outcome === 'foreign') await this.refuseForeign(request, caller);
    if (outcome === 'ended') await this.feed.catchUp();
  }

  private async revokeAccessToken(request: OauthRequest, caller: OauthCaller, token: string): Promise<void> {
    const verdict = await this.tokens.verify(token);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable')
        throw new AppError('unavailable', 'The token cannot be revoked now; try again.');
      return;
    }
    const { claims } = verdict;
    if (claims.tenant_id !== caller.tenantId) return;
    if (!caller.isAdmin && claims.client_id !== caller.clientId) await this.refuseForeign(request, caller);
    await this.revocation.revoke(contextOf(request, caller), claims, '');
  }

  /** Refuses to revoke another client's token and returns that error to the client (RFC 7009 §2.1). */
  private async refuseForeign(request: OauthRequest, caller: OauthCaller): Promise<never> {
    const error = new AppError('unauthorized_client', 'The token was issued to a different client.');
    await this.trail.refused(contextOf(request, caller), 'oauth.token.revoke', error);
    throw error;
  }
}

function contextOf(request: OauthRequest, { tenantId, clientId }: OauthCaller): CallContext {
  return httpContext(request, { tenantId, appId: clientId, actor: { type: 'service', id: clientId } });
}
