import { sha256 } from '../../../kernel/ids/opaque-token';
import type { AccessTokenClaims } from '../contract/access-token.types';

/** `typ` of ID tokens: a plain JWT. */
export const ID_TOKEN_TYP = 'JWT';
/** The lifetime of an ID token. It describes one sign-in, is read immediately, and grants no access. */
const TTL_SECONDS = 3_600;

/** The data from which an ID token is created, including the access token that is issued with it. */
export interface IdTokenParts {
  readonly accessToken: string;
  readonly claims: AccessTokenClaims;
  /** Present even if the access token outlives the session. */
  readonly sessionId: string;
  /** Present only in the first ID token: an ID token from a refresh has no nonce (OpenID Connect Core §12.2). */
  readonly nonce: string | null;
}

/**
 * Returns the claims of an ID token (OpenID Connect Core §2). Its only audience is the client, so it does not need `azp`. The userinfo
 * endpoint returns the claims of `profile` and `email`, as §5.4 specifies for flows that issue an access token.
 */
export function idTokenClaims(parts: IdTokenParts): Readonly<Record<string, unknown>> {
  const { claims, nonce } = parts;
  return {
    iss: claims.iss,
    sub: claims.sub,
    aud: claims.client_id,
    exp: claims.iat + TTL_SECONDS,
    iat: claims.iat,
    auth_time: claims.auth_time,
    acr: claims.acr,
    amr: claims.amr,
    sid: parts.sessionId,
    at_hash: accessTokenHash(parts.accessToken),
    tenant_id: claims.tenant_id,
    ...(nonce === null ? {} : { nonce }),
  };
}

/** Returns `at_hash` for RS256 (OpenID Connect Core §3.1.3.6): the left half of the access token's SHA-256. */
function accessTokenHash(accessToken: string): string {
  return sha256(accessToken).subarray(0, 16).toString('base64url');
}
