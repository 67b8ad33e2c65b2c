import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { SignerPort } from '../../../keys/contract/signer.port';
import { MembershipsPort } from '../../../users/contract/memberships.port';
import type { User } from '../../../users/contract/users.types';
import type { TokenAnswer } from '../../contract/oauth.types';
import { ID_TOKEN_TYP, idTokenClaims } from '../../domain/id-token';
import { scopesWithin } from '../../contract/scopes-of-role';
import type { AuthenticatedClient } from '../authenticate-client';
import { IssueAccessToken, type IssuedAccessToken } from './issue-access-token';
import type { HookRequest } from './token-hooks';

/** The data from which a user's tokens are created. */
export interface UserTokenRequest {
  readonly client: AuthenticatedClient;
  readonly user: User;
  readonly scopes: readonly string[];
  /** Empty if the tokens are for the issuer. */
  readonly resources: readonly string[];
  readonly sessionId: string;
  readonly authTimeMs: number;
  readonly amr: readonly string[];
  readonly grantId: string;
  readonly nonce: string | null;
  readonly hook: HookRequest;
}

export interface UserTokens {
  readonly issued: IssuedAccessToken;
  /** The response of the token endpoint. The caller adds a refresh token. */
  readonly answer: TokenAnswer;
}

/** Issues a user's access token and, with the scope `openid`, an ID token. */
@Injectable()
export class IssueUserTokens {
  constructor(
    private readonly access: IssueAccessToken,
    private readonly signer: SignerPort,
    private readonly memberships: MembershipsPort,
  ) {}

  /** Issues the tokens. Errors: `invalid_grant` if no granted scope is still allowed; those of {@link TokenHooks}; `unavailable`. */
  async run(order: UserTokenRequest): Promise<UserTokens> {
    const { client, user, resources, sessionId, authTimeMs, amr, grantId, nonce, hook } = order;
    // The user might have lost a role since then, and the app might have fewer scopes now.
    const { declaredScopes } = client.client;
    const scopes = scopesWithin(user.role, order.scopes).filter((scope) => declaredScopes.includes(scope));
    if (order.scopes.length > 0 && scopes.length === 0) {
      throw new AppError('invalid_grant', 'None of the granted scopes is still valid. Ask the user for consent again.');
    }
    const { groups } = await this.memberships.ofUser(user.tenantId, user.id);
    // Offline access does not end with a session.
    const ofSession = order.scopes.includes('offline_access') ? null : sessionId;
    const signedIn = { user, sessionId: ofSession, authTimeMs, amr, groups, grantId, resources };
    const issued = await this.access.forUser(client, scopes, signedIn, hook);
    const { token: accessToken, claims, expiresInSeconds } = issued;
    const parts = { accessToken, claims, sessionId, nonce };
    const idClaims = { ...issued.customIdClaims, ...idTokenClaims(parts) };
    return {
      issued,
      answer: {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: expiresInSeconds,
        scope: claims.scope,
        ...(scopes.includes('openid') ? { id_token: this.signer.signJwt(ID_TOKEN_TYP, idClaims) } : {}),
      },
    };
  }
}
