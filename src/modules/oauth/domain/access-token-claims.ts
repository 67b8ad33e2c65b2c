import type { Client } from '../../apps/contract/apps.types';
import { GROUP_LIMITS } from '../../users/contract/groups.types';
import { hasTwoFactors } from '../../factors/contract/two-factors';
import type { User } from '../../users/contract/users.types';
import { type AccessTokenClaims, ACR_ONE_FACTOR, ACR_TWO_FACTORS } from '../contract/access-token.types';

/** The user's sign-in from which a token originates. */
export interface SignIn {
  /** The browser's session, for `sid`; `null` for a token that outlives the session (`offline_access`). */
  readonly sessionId: string | null;
  /** Unix milliseconds. */
  readonly authTimeMs: number;
  readonly amr: readonly string[];
  /** `null` if the user was not asked for consent, as in a first-party sign-in. */
  readonly grantId: string | null;
}

/** The data for an access token. */
export interface TokenFacts {
  readonly issuer: string;
  readonly audience: AccessTokenClaims['aud'];
  /** Id of the token, or of the API key. */
  readonly jti: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly client: Pick<Client, 'clientId'>;
  readonly tenant: { readonly id: string; readonly slug: string };
  readonly scopes: readonly string[];
  /** Subject of a token without a user: the client, or the app that owns the API key. */
  readonly serviceId: string;
  /** The user of the token, with the ids of their groups; `null` for a client's own token. */
  readonly person: { readonly user: Pick<User, 'id' | 'role'>; readonly groups: readonly string[] } | null;
  /** `null` if the token does not originate from a sign-in. */
  readonly signIn: SignIn | null;
  /** The API key from which the token was created; `null` if there is none. */
  readonly credentialId: string | null;
}

/** Builds the claims of an access token (RFC 9068 §2.2). Omits claims without a value. `groups` contains the first 100 groups. */
export function buildAccessTokenClaims(facts: TokenFacts): AccessTokenClaims {
  const { client, tenant, person, signIn, credentialId } = facts;
  const groups = person?.groups ?? [];
  return {
    iss: facts.issuer,
    sub: person?.user.id ?? facts.serviceId,
    aud: facts.audience,
    exp: facts.expiresAt,
    iat: facts.issuedAt,
    jti: facts.jti,
    client_id: client.clientId,
    scope: facts.scopes.join(' '),
    tenant_id: tenant.id,
    tenant_slug: tenant.slug,
    app_id: client.clientId,
    roles: person === null ? [] : [person.user.role],
    ...(person === null ? {} : { user_id: person.user.id }),
    ...(signIn === null ? {} : signInClaims(signIn)),
    ...(groups.length === 0 ? {} : { groups: groups.slice(0, GROUP_LIMITS.maxInClaim) }),
    ...(credentialId === null ? {} : { credential_id: credentialId }),
  };
}

function signInClaims({ sessionId, authTimeMs, amr, grantId }: SignIn): Partial<AccessTokenClaims> {
  return {
    ...(sessionId === null ? {} : { sid: sessionId }),
    auth_time: Math.floor(authTimeMs / 1000),
    acr: hasTwoFactors(amr) ? ACR_TWO_FACTORS : ACR_ONE_FACTOR,
    amr: [...amr],
    ...(grantId === null ? {} : { grant_id: grantId }),
  };
}
