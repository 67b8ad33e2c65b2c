import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../../kernel/config/inject-config';
import { newUlid } from '../../../../kernel/ids/ids';
import { Clock } from '../../../../kernel/time/clock';
import { SignerPort } from '../../../keys/contract/signer.port';
import type { User } from '../../../users/contract/users.types';
import { ACCESS_TOKEN_TYP, type AccessTokenClaims } from '../../contract/access-token.types';
import { buildAccessTokenClaims, type SignIn, type TokenFacts } from '../../domain/access-token-claims';
import { audienceOf } from '../../domain/resources';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import type { AuthenticatedClient } from '../authenticate-client';

export interface IssuedAccessToken {
  readonly token: string;
  readonly claims: AccessTokenClaims;
  readonly expiresInSeconds: number;
}

/** The user part of a token: the user, and the time and method of the sign-in. */
export interface SignedInUser extends SignIn {
  readonly user: User;
  /** Ids of the user's groups. The claim contains the first 100 of them. */
  readonly groups: readonly string[];
  /** Resources that the token is for (RFC 8707). Empty if the token is for the issuer. */
  readonly resources: readonly string[];
}

/** Creates access tokens (RFC 9068). Tokens are not stored. Each token is valid until it expires or is revoked. */
@Injectable()
export class IssueAccessToken {
  constructor(
    private readonly signer: SignerPort,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** Creates a token for the client itself (RFC 6749 §4.4): for the given resources (RFC 8707), or for the issuer if there are none. */
  forClient(client: AuthenticatedClient, scopes: readonly string[], resources: readonly string[]): IssuedAccessToken {
    return this.sign(client, { scopes, resources, tenantId: client.client.tenantId, person: null, signIn: null });
  }

  /**
   * Creates a user's token for a client. The caller must have checked that the user, session, grant and client belong to one tenant and are
   * active.
   */
  forUser(client: AuthenticatedClient, scopes: readonly string[], signedIn: SignedInUser): IssuedAccessToken {
    const { user, groups, resources, ...signIn } = signedIn;
    // The platform's own app serves the users of every tenant.
    return this.sign(client, { scopes, resources, tenantId: user.tenantId, person: { user, groups }, signIn });
  }

  private sign(
    { client, tenantSlug }: AuthenticatedClient,
    { resources, tenantId, ...facts }: TokenSubject,
  ): IssuedAccessToken {
    const nowMs = this.clock.nowMs();
    const issuedAt = Math.floor(nowMs / 1000);
    const claims = buildAccessTokenClaims({
      ...facts,
      issuer: this.config.ISSUER_URL,
      audience: audienceOf(resources, this.config.ISSUER_URL),
      jti: newUlid(nowMs),
      issuedAt,
      expiresAt: issuedAt + client.accessTokenTtlSeconds,
      client,
      tenant: { id: tenantId, slug: tenantSlug },
      serviceId: client.clientId,
      credentialId: null,
    });
    const token = this.signer.signJwt(ACCESS_TOKEN_TYP, claims);
    return { token, claims, expiresInSeconds: client.accessTokenTtlSeconds };
  }
}

/** The subject of a token and its purpose. */
interface TokenSubject extends Pick<TokenFacts, 'scopes' | 'person' | 'signIn'> {
  readonly resources: readonly string[];
  readonly tenantId: string;
}
