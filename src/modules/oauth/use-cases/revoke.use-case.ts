import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { AccessTokensPort } from '../contract/access-tokens.port';
import type { OauthRequest } from '../contract/oauth.types';
import { TokenRevocationPort } from '../contract/token-revocation.port';
import { AuthenticateCaller } from './authenticate-caller';
import { requiredParameter } from './form-parameter';
import { OauthTrail } from './oauth-trail';

/**
 * Token revocation (RFC 7009). A client revokes its own tokens, an administrator any of the tenant. A token that is
 * unknown, expired, revoked before or another tenant's is answered 200 with nothing changed (§2.2).
 */
@Injectable()
export class RevokeUseCase {
  constructor(
    private readonly authenticate: AuthenticateCaller,
    private readonly tokens: AccessTokensPort,
    private readonly revocation: TokenRevocationPort,
    private readonly trail: OauthTrail,
  ) {}

  async run(request: OauthRequest): Promise<void> {
    const token = requiredParameter(request, 'token');
    const caller = await this.trail.watch(request, 'oauth.token.revoke', () => this.authenticate.run(request));
    const verdict = await this.tokens.verify(token);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable')
        throw new AppError('unavailable', 'The token cannot be revoked now; try again.');
      return;
    }
    const { claims } = verdict;
    if (claims.tenant_id !== caller.tenantId) return;
    const context = {
      ...this.trail.context(request, null),
      tenantId: caller.tenantId,
      appId: caller.clientId,
      actor: { type: 'service', id: caller.clientId } as const,
    };
    if (!caller.isAdmin && claims.client_id !== caller.clientId) {
      // RFC 7009 §2.1: a token of another client is refused and the client told so.
      const error = new AppError('unauthorized_client', 'The token was issued to another client.');
      await this.trail.refused(context, 'oauth.token.revoke', error);
      throw error;
    }
    await this.revocation.revoke(context, claims, '');
  }
}
