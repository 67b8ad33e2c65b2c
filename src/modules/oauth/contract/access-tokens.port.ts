import type { TokenVerdict } from './access-token.types';

/** Judging access tokens, in memory: signature, times, issuer, audience, and whether they have been revoked. */
export abstract class AccessTokensPort {
  /**
   * @param token a JWT, with or without `Bearer ` before it.
   * @returns never throws for a bad token; `refusal: 'unavailable'` when keys or revocations are stale.
   */
  abstract verify(token: string): Promise<TokenVerdict>;

  /** The same for an endpoint of this installation: a token for other resources only is `token_wrong_audience`. */
  abstract verifyForIssuer(token: string): Promise<TokenVerdict>;

  /** Returns whether this installation accepts an audience at all (`ISSUER_URL`, `AUDIENCES`). */
  abstract isKnownAudience(audience: string): boolean;
}
