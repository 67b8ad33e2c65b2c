import { AppError } from '../../../../kernel/errors/app-error';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import { AuthenticateClient } from '../authenticate-client';
import { requiredParameter } from '../form-parameter';
import { OauthAuditRecorder } from '../oauth-audit-recorder';
import type { TokenGrant } from './token-grant';

/**
 * The token endpoint (RFC 6749 §3.2). It authenticates the client, checks that the client is allowed to use the grant, and then runs the
 * grant.
 */
export class TokenUseCase {
  private readonly grants: ReadonlyMap<string, TokenGrant>;

  constructor(
    private readonly authenticate: AuthenticateClient,
    private readonly trail: OauthAuditRecorder,
    grants: readonly TokenGrant[],
  ) {
    this.grants = new Map(grants.map((grant) => [grant.type, grant]));
  }

  async run(request: OauthRequest): Promise<TokenAnswer> {
    const grantType = requiredParameter(request, 'grant_type');
    const grant = this.grants.get(grantType);
    if (grant?.needsClient === false) {
      return this.trail.watch(request, 'oauth.token.issue', () => grant.run(request));
    }
    const authenticated = await this.trail.watch(request, 'oauth.token.issue', () => this.authenticate.run(request));
    const { client } = authenticated;
    return this.trail.watch(
      request,
      'oauth.token.issue',
      async () => {
        if (!grant) {
          const known = [...this.grants.keys()].join(', ');
          throw new AppError('unsupported_grant_type', `Use one of the grant types of this endpoint: ${known}.`);
        }
        if (!client.grantTypes.includes(grantType)) {
          throw new AppError('unauthorized_client', `This app is not allowed to use the ${grantType} grant.`);
        }
        return grant.run(request, authenticated);
      },
      client,
    );
  }
}
