import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { AccessTokensPort } from '../../contract/access-tokens.port';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import { readResources } from '../../domain/resources';
import { grantMachineScopes } from '../../domain/scope';
import type { AuthenticatedClient } from '../authenticate-client';
import { formParameter, formParameters } from '../form-parameter';
import { OauthAuditRecorder } from '../oauth-audit-recorder';
import { IssueAccessToken } from './issue-access-token';
import type { ClientGrant } from './token-grant';

/** Issues a client's own token (RFC 6749 §4.4), for the resources that it names (RFC 8707). */
@Injectable()
export class ClientCredentialsGrant implements ClientGrant {
  readonly type = 'client_credentials';
  readonly needsClient = true;

  constructor(
    private readonly issue: IssueAccessToken,
    private readonly tokens: AccessTokensPort,
    private readonly trail: OauthAuditRecorder,
  ) {}

  async run(request: OauthRequest, authenticated: AuthenticatedClient): Promise<TokenAnswer> {
    const { client } = authenticated;
    // RFC 6749 §4.4: only confidential clients can use this grant. A client id alone does not prove anything.
    if (client.tokenEndpointAuthMethod === 'none') {
      throw new AppError('unauthorized_client', 'A public client cannot use the client_credentials grant.');
    }
    const scopes = grantMachineScopes(formParameter(request, 'scope'), client);
    const resources = readResources(formParameters(request, 'resource'), (resource) =>
      this.tokens.isKnownAudience(resource),
    );
    const issued = await this.issue.forClient(authenticated, scopes, resources, { grant: this.type, request });
    await this.trail.issued(request, issued.claims, this.type);
    return {
      access_token: issued.token,
      token_type: 'Bearer',
      expires_in: issued.expiresInSeconds,
      scope: issued.claims.scope,
    };
  }
}
