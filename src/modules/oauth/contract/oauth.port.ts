import type { IntrospectionAnswer, OauthRequest, TokenAnswer, Userinfo } from './oauth.types';

/** The authorization server's endpoints for machines. Errors use the codes from the relevant RFCs. */
export abstract class OauthPort {
  /**
   * Issues tokens (RFC 6749 §4.1.3, §4.4 and §6). Errors: `invalid_request`, `invalid_client`, `invalid_grant`, `unauthorized_client`,
   * `unsupported_grant_type`, `invalid_scope`, `invalid_target`.
   */
  abstract token(request: OauthRequest): Promise<TokenAnswer>;

  /**
   * Introspects a token (RFC 7662). Errors: `invalid_request`, `invalid_client`. For a token that the caller is not allowed to inspect,
   * returns `{active: false}`.
   */
  abstract introspect(request: OauthRequest): Promise<IntrospectionAnswer>;

  /**
   * Revokes a token (RFC 7009). Also resolves for a token that is unknown, has expired or belongs to another tenant, but does not change
   * anything in that case.
   */
  abstract revoke(request: OauthRequest): Promise<void>;

  /**
   * Returns the claims that a user's access token with the scope `openid` can read (OpenID Connect Core §5.3). Accepts the token in the
   * header or, in a form, as `access_token` (RFC 6750 §2). Errors, each with its challenge: `unauthorized` if there is no token,
   * `invalid_token`, `insufficient_scope`, `invalid_request` for two tokens.
   */
  abstract userinfo(request: OauthRequest): Promise<Userinfo>;
}
