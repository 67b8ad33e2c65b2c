import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../../kernel/config/config.module';
import { newUlid } from '../../../../kernel/ids/ids';
import { Clock } from '../../../../kernel/time/clock';
import { SignerPort } from '../../../keys/contract/signer.port';
import { ACCESS_TOKEN_TYP, type AccessTokenClaims } from '../../contract/access-token.types';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import type { AuthenticatedClient } from '../authenticate-client';

export interface IssuedAccessToken {
  readonly token: string;
  readonly claims: AccessTokenClaims;
  readonly expiresInSeconds: number;
}

/** Makes a client's access token (RFC 9068). Nothing is stored: it lives until it ends or is revoked. */
@Injectable()
export class IssueAccessToken {
  constructor(
    private readonly signer: SignerPort,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  forClient({ client, tenantSlug }: AuthenticatedClient, scopes: readonly string[]): IssuedAccessToken {
    const nowMs = this.clock.nowMs();
    const iat = Math.floor(nowMs / 1000);
    const claims: AccessTokenClaims = {
      iss: this.config.ISSUER_URL,
      sub: client.clientId,
      aud: this.config.ISSUER_URL,
      exp: iat + client.accessTokenTtlSeconds,
      iat,
      jti: newUlid(nowMs),
      client_id: client.clientId,
      scope: scopes.join(' '),
      tenant_id: client.tenantId,
      tenant_slug: tenantSlug,
      app_id: client.clientId,
      roles: [],
    };
    const token = this.signer.signJwt(ACCESS_TOKEN_TYP, claims);
    return { token, claims, expiresInSeconds: client.accessTokenTtlSeconds };
  }
}
