import type { TokenVerdict } from './access-token.types';

/** Verifies access tokens in memory: signature, times, issuer, audience, and revocation. */
export abstract class AccessTokensPort {
  /**
   * Verifies a token.
   * @param token a JWT, with or without the prefix `Bearer `.
   * @returns the verdict; never throws for an invalid token. `refusal: 'unavailable'` if keys or revocations are stale.
   */
  abstract verify(token: string): Promise<TokenVerdict>;

  /**
   * Verifies a token for an endpoint of this installation. A token that is only for other resources is refused with `token_wrong_audience`.
   */
  abstract verifyForIssuer(token: string): Promise<TokenVerdict>;

  /** Returns whether this installation accepts an audience (`ISSUER_URL`, `AUDIENCES`). */
  abstract isKnownAudience(audience: string): boolean;
}
