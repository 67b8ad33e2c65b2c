import type { CallContext } from '../../../kernel/context/call-context';
import type { TokenVerdict } from '../../oauth/contract/access-token.types';

/** What to judge a token by, besides itself. */
export interface ValidateToken {
  /** With or without `Bearer ` before it. */
  readonly token: string;
  /** Id or slug of the tenant that the token must belong to; `null` for any. It only narrows. */
  readonly tenant: string | null;
  /** Audience that the token must have, if the installation knows it (`ISSUER_URL`, `AUDIENCES`); others are ignored. */
  readonly expectedAudience: string | null;
}

/** Token validation and revocation as the sidecar serves them to every request of the backend. */
export abstract class AuthPort {
  /** Never throws for a bad token; `refusal: 'unavailable'` when the decision could not be had. */
  abstract validateToken(context: CallContext | null, query: ValidateToken): Promise<TokenVerdict>;

  /**
   * Revokes the token that the caller holds; resolves after the commit.
   * @returns whether the token is revoked now: false for one that is not ours, or of another tenant than named.
   */
  abstract revokeToken(
    context: CallContext | null,
    token: string,
    tenant: string | null,
    reason: string,
  ): Promise<boolean>;

  /** Whether a token is refused for being revoked. Anything that cannot be decided counts as revoked. */
  abstract isRevoked(context: CallContext | null, token: string): Promise<boolean>;

  /** The JWK Set as JSON text. Errors: `unavailable`. */
  abstract jwks(context: CallContext | null): Promise<string>;
}
