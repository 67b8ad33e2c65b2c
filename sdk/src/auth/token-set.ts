import type { TokenAnswer } from '../generated/schemas.js';

/** The tokens of a signed-in user. All members except `scope` and `expiresAt` are secret. */
export interface TokenSet {
  readonly accessToken: string;
  /** The expiry of the access token, as ISO 8601. */
  readonly expiresAt: string;
  readonly scope: string;
  /** Present with the scope `offline_access`. Each refresh token is valid for one renewal, which returns the next one. */
  readonly refreshToken?: string | undefined;
  /** Present with the scope `openid`; used as the hint for signing out. */
  readonly idToken?: string | undefined;
  /** The verified claims of the ID token; `null` if there is no ID token. */
  readonly idClaims?: Readonly<Record<string, unknown>> | null | undefined;
}

export function tokenSetOf(answer: TokenAnswer, nowMs: number): TokenSet {
  return {
    accessToken: answer.access_token,
    expiresAt: new Date(nowMs + answer.expires_in * 1000).toISOString(),
    scope: answer.scope,
    refreshToken: answer.refresh_token,
    idToken: answer.id_token,
  };
}
