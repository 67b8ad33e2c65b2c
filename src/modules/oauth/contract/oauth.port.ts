import type { IntrospectionAnswer, OauthRequest, TokenAnswer } from './oauth.types';

/** The authorization server's endpoints for machines. Errors carry the codes of their RFCs. */
export abstract class OauthPort {
  /** RFC 6749 §4.4. Errors: `invalid_request`, `invalid_client`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`. */
  abstract token(request: OauthRequest): Promise<TokenAnswer>;

  /** RFC 7662. Errors: `invalid_request`, `invalid_client`. Any token the caller may not know of is `{active: false}`. */
  abstract introspect(request: OauthRequest): Promise<IntrospectionAnswer>;

  /** RFC 7009. Resolves also for a token that is unknown, expired or another tenant's: nothing is changed then. */
  abstract revoke(request: OauthRequest): Promise<void>;
}
