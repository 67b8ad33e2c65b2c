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
import type { CustomClaims } from '../../domain/claims/claim-rules';
import { PLAIN_TOKENS } from '../../domain/claims/hook-token';
import type { AuthenticatedClient } from '../authenticate-client';
import { type HookedIssuance, type HookRequest, TokenHooks } from './token-hooks';

export interface IssuedAccessToken {
  readonly token: string;
  /** The claims without those of the tenant. */
  readonly claims: AccessTokenClaims;
  readonly expiresInSeconds: number;
  /** The tenant's claims for the ID token that is issued with the access token. */
  readonly customIdClaims: CustomClaims;
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
    private readonly hooks: TokenHooks,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  /**
   * Creates a token for the client itself (RFC 6749 §4.4): for the given resources (RFC 8707), or for the issuer if there are none. Errors:
   * those of {@link TokenHooks}.
   */
  forClient(
    client: AuthenticatedClient,
    scopes: readonly string[],
    resources: readonly string[],
    hook: HookRequest,
  ): Promise<IssuedAccessToken> {
    return this.sign(client, { scopes, resources, tenantId: client.client.tenantId, person: null, signIn: null, hook });
  }

  /**
   * Creates a user's token for a client. The caller must have checked that the user, session, grant and client belong to one tenant and are
   * active. Errors: those of {@link TokenHooks}.
   * @param hook `null` for a token whose claims the tenant does not decide.
   */
  forUser(
    client: AuthenticatedClient,
    scopes: readonly string[],
    signedIn: SignedInUser,
    hook: HookRequest | null,
  ): Promise<IssuedAccessToken> {
    const { user, groups, resources, ...signIn } = signedIn;
    // The platform's own app serves the users of every tenant.
    return this.sign(client, { scopes, resources, tenantId: user.tenantId, person: { user, groups }, signIn, hook });
  }

  private async sign(
    { client, tenantSlug }: AuthenticatedClient,
    { resources, tenantId, hook, ...facts }: TokenSubject,
  ): Promise<IssuedAccessToken> {
    const nowMs = this.clock.nowMs();
    const issuedAt = Math.floor(nowMs / 1000);
    const planned = buildAccessTokenClaims({
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
    const { person } = facts;
    const custom = hook === null ? PLAIN_TOKENS : await this.hooks.run({ ...hook, client, person, claims: planned });
    const expiresInSeconds = shorter(client.accessTokenTtlSeconds, custom.lifetimeSeconds);
    const claims = { ...planned, exp: issuedAt + expiresInSeconds };
    // Custom claims come first, so that they could not replace a claim of the product even if a check failed.
    const token = this.signer.signJwt(ACCESS_TOKEN_TYP, { ...custom.accessToken, ...claims });
    return { token, claims, expiresInSeconds, customIdClaims: custom.idToken };
  }
}

/** Returns the lifetime of a token: the tenant's policy can only shorten that of the app. */
function shorter(ofApp: number, ofPolicy: number | null): number {
  return ofPolicy === null ? ofApp : Math.min(ofApp, ofPolicy);
}

/** The subject of a token and its purpose. */
interface TokenSubject extends Pick<TokenFacts, 'scopes' | 'signIn'> {
  readonly person: HookedIssuance['person'];
  readonly hook: HookRequest | null;
  readonly resources: readonly string[];
  readonly tenantId: string;
}
