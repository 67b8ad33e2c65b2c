import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import { grantScopes } from '../../domain/scope';
import { AuthenticateClient } from '../authenticate-client';
import { formParameter, requiredParameter } from '../form-parameter';
import { OauthTrail } from '../oauth-trail';
import { IssueAccessToken } from './issue-access-token';

/** The token endpoint (RFC 6749 §3.2), here for `client_credentials` (§4.4). */
@Injectable()
export class TokenUseCase {
  constructor(
    private readonly authenticate: AuthenticateClient,
    private readonly issue: IssueAccessToken,
    private readonly trail: OauthTrail,
  ) {}

  async run(request: OauthRequest): Promise<TokenAnswer> {
    const grantType = requiredParameter(request, 'grant_type');
    const authenticated = await this.trail.watch(request, 'oauth.token.issue', () => this.authenticate.run(request));
    const { client } = authenticated;
    return this.trail.watch(
      request,
      'oauth.token.issue',
      async () => {
        if (grantType !== 'client_credentials') {
          throw new AppError('unsupported_grant_type', 'The grant types of this endpoint are: client_credentials.');
        }
        if (!client.grantTypes.includes(grantType)) {
          throw new AppError('unauthorized_client', 'This app may not use the client_credentials grant.');
        }
        const scopes = grantScopes(formParameter(request, 'scope'), client);
        const issued = this.issue.forClient(authenticated, scopes);
        await this.trail.issued(request, issued.claims);
        return {
          access_token: issued.token,
          token_type: 'Bearer',
          expires_in: issued.expiresInSeconds,
          scope: issued.claims.scope,
        };
      },
      client,
    );
  }
}
