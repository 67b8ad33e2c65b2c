import { Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../../kernel/config/inject-config';
import { newUlid } from '../../../../kernel/ids/ids';
import { Clock } from '../../../../kernel/time/clock';
import { SignerPort } from '../../../keys/contract/signer.port';
import { GROUP_LIMITS } from '../../../users/contract/groups.types';
import type { User } from '../../../users/contract/users.types';
import { ACCESS_TOKEN_TYP, type AccessTokenClaims, ACR_ONE_FACTOR } from '../../contract/access-token.types';
import { audienceOf } from '../../domain/resources';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import type { AuthenticatedClient } from '../authenticate-client';

export interface IssuedAccessToken {
  readonly token: string;
  readonly claims: AccessTokenClaims;
  readonly expiresInSeconds: number;
}

/** The user's half of a token: who, and how and when they proved it. */
export interface SignedInUser {
  readonly user: User;
  /** The session of the browser, for `sid`; `null` for a token that outlives it (`offline_access`). */
  readonly sessionId: string | null;
  /** Unix milliseconds. */
  readonly authTimeMs: number;
  readonly amr: readonly string[];
  /** Ids of the user's groups; the claim has the first 100 of them. */
  readonly groups: readonly string[];
  /** `null` where nobody was asked, such as a first-party sign-in. */
  readonly grantId: string | null;
  /** Resources that the token is for (RFC 8707); the issuer when there are none. */
  readonly resources: readonly string[];
}

/** Makes access tokens (RFC 9068). Nothing is stored: it lives until it ends or is revoked. */
@Injectable()
export class IssueAccessToken {
  constructor(
    private readonly signer: SignerPort,
    private readonly clock: Clock,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /** A client's own (RFC 6749 §4.4), for resources (RFC 8707) or, when there are none, for the issuer. */
  forClient(client: AuthenticatedClient, scopes: readonly string[], resources: readonly string[]): IssuedAccessToken {
    return this.sign(client, this.commonClaims(client, scopes, resources));
  }

  /** A user's, used by a client. The caller has checked that user, session, grant and client are of one tenant, and live. */
  forUser(client: AuthenticatedClient, scopes: readonly string[], signedIn: SignedInUser): IssuedAccessToken {
    const { user, sessionId, authTimeMs, amr, groups, grantId, resources } = signedIn;
    return this.sign(client, {
      ...this.commonClaims(client, scopes, resources),
      sub: user.id,
      // The platform's own app serves the people of every tenant.
      tenant_id: user.tenantId,
      roles: [user.role],
      user_id: user.id,
      ...(sessionId === null ? {} : { sid: sessionId }),
      auth_time: Math.floor(authTimeMs / 1000),
      acr: ACR_ONE_FACTOR,
      amr: [...amr],
      ...(groups.length === 0 ? {} : { groups: groups.slice(0, GROUP_LIMITS.maxInClaim) }),
      ...(grantId === null ? {} : { grant_id: grantId }),
    });
  }

  private commonClaims(
    { client, tenantSlug }: AuthenticatedClient,
    scopes: readonly string[],
    resources: readonly string[],
  ): AccessTokenClaims {
    const nowMs = this.clock.nowMs();
    const iat = Math.floor(nowMs / 1000);
    return {
      iss: this.config.ISSUER_URL,
      sub: client.clientId,
      aud: audienceOf(resources, this.config.ISSUER_URL),
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
  }

  private sign({ client }: AuthenticatedClient, claims: AccessTokenClaims): IssuedAccessToken {
    const token = this.signer.signJwt(ACCESS_TOKEN_TYP, claims);
    return { token, claims, expiresInSeconds: client.accessTokenTtlSeconds };
  }
}
