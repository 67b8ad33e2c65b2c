import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import type { AuthenticatedClient } from '../authenticate-client';

/** One of the ways to a token (RFC 6749 §4), once the client is known and may use it. */
export interface TokenGrant {
  /** The value of `grant_type`. */
  readonly type: string;
  /** Errors: the codes of RFC 6749 §5.2. */
  run(request: OauthRequest, authenticated: AuthenticatedClient): Promise<TokenAnswer>;
}
