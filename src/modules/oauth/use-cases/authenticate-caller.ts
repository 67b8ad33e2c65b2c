import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { INTROSPECT_SCOPE } from '../../apps/contract/platform-scopes';
import { AccessTokensPort } from '../contract/access-tokens.port';
import { REFUSAL_MESSAGES, undecided } from '../contract/access-token.types';
import type { OauthRequest } from '../contract/oauth.types';
import { AuthenticateClient } from './authenticate-client';

/** The caller that introspects or revokes a token: a client, or an administrator of the tenant. */
export interface OauthCaller {
  readonly tenantId: string;
  readonly clientId: string;
  readonly isAdmin: boolean;
  /** True if the client sent only its id. A public client can revoke its tokens but gets no information about them. */
  readonly isPublic: boolean;
  /** True if the caller can introspect the access tokens of other apps: an administrator, or an app with the scope `introspect`. */
  readonly asksOfOthers: boolean;
}

/** Authenticates callers of introspection and revocation: as a client, or with an administrator's bearer token (rest.md §2). */
@Injectable()
export class AuthenticateCaller {
  constructor(
    private readonly authenticateClient: AuthenticateClient,
    private readonly tokens: AccessTokensPort,
  ) {}

  /** Authenticates the caller. Errors: `invalid_client`; `invalid_token` and `insufficient_scope` for a bearer token. */
  async run(request: OauthRequest): Promise<OauthCaller> {
    const { authorization } = request;
    if (authorization !== undefined && /^Bearer\s/i.test(authorization)) return this.admin(authorization);
    const { client } = await this.authenticateClient.run(request);
    const isPublic = client.tokenEndpointAuthMethod === 'none';
    const asksOfOthers = client.declaredScopes.includes(INTROSPECT_SCOPE);
    return { tenantId: client.tenantId, clientId: client.clientId, isAdmin: false, isPublic, asksOfOthers };
  }

  private async admin(authorization: string): Promise<OauthCaller> {
    const verdict = await this.tokens.verifyForIssuer(authorization);
    if (!verdict.valid) {
      if (verdict.refusal === 'unavailable') throw undecided(verdict);
      throw new AppError('invalid_token', REFUSAL_MESSAGES[verdict.refusal], {
        headers: { 'WWW-Authenticate': 'Bearer realm="coresdk", error="invalid_token"' },
      });
    }
    const { claims } = verdict;
    if (!claims.scope.split(' ').includes('admin')) {
      throw new AppError(
        'insufficient_scope',
        'This call needs client authentication, or a token with the scope admin.',
        {
          headers: { 'WWW-Authenticate': 'Bearer realm="coresdk", error="insufficient_scope", scope="admin"' },
        },
      );
    }
    const { tenant_id: tenantId, client_id: clientId } = claims;
    return { tenantId, clientId, isAdmin: true, isPublic: false, asksOfOthers: true };
  }
}
