import type { TokenAnswer } from '../generated/schemas.js';

/** The tokens of a user who has signed in. All of it is secret but `scope` and `expiresAt`. */
export interface TokenSet {
  readonly accessToken: string;
  /** When the access token ends, as ISO 8601. */
  readonly expiresAt: string;
  readonly scope: string;
  /** With the scope `offline_access`. Each is good for one renewal, which brings the next. */
  readonly refreshToken?: string | undefined;
  /** With the scope `openid`; hint for the sign-out. */
  readonly idToken?: string | undefined;
  /** The verified claims of the ID token; `null` without one. */
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
