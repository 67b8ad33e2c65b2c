import type { IntrospectionAnswer, OauthRequest, TokenAnswer, Userinfo } from './oauth.types';

/** The authorization server's endpoints for machines. Errors carry the codes of their RFCs. */
export abstract class OauthPort {
  /**
   * RFC 6749 §4.1.3, §4.4 and §6. Errors: `invalid_request`, `invalid_client`, `invalid_grant`, `unauthorized_client`,
   * `unsupported_grant_type`, `invalid_scope`, `invalid_target`.
   */
  abstract token(request: OauthRequest): Promise<TokenAnswer>;

  /** RFC 7662. Errors: `invalid_request`, `invalid_client`. Any token the caller may not know of is `{active: false}`. */
  abstract introspect(request: OauthRequest): Promise<IntrospectionAnswer>;

  /** RFC 7009. Resolves also for a token that is unknown, expired or another tenant's: nothing is changed then. */
  abstract revoke(request: OauthRequest): Promise<void>;

  /**
   * OpenID Connect Core §5.3: what a user's access token with the scope `openid` may know of the user. Takes the token by
   * header or, of a form, as `access_token` (RFC 6750 §2). Errors: `unauthorized` without a token, `invalid_token`,
   * `insufficient_scope`, `invalid_request` for two tokens; each with its challenge.
   */
  abstract userinfo(request: OauthRequest): Promise<Userinfo>;
}
