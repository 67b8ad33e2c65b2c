/**
 * The `grant_type` of a token exchange (RFC 8693 §2.1). The request itself contains the proof, so no app needs permission for this grant.
 */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/**
 * The grants of the token endpoint by `grant_type` (RFC 6749 §4), each with its form parameters. The grants that apps can use, the
 * authorization server metadata and the endpoint's description are derived from this list.
 */
export const GRANT_PARAMETERS = {
  client_credentials: [],
  authorization_code: ['code', 'redirect_uri', 'code_verifier'],
  refresh_token: ['refresh_token'],
  [TOKEN_EXCHANGE]: ['subject_token', 'subject_token_type', 'requested_token_type', 'audience'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type GrantType = keyof typeof GRANT_PARAMETERS;
export const GRANT_TYPES = Object.keys(GRANT_PARAMETERS) as readonly GrantType[];

/** A grant that an app can be allowed to use. */
type AppGrantType = Exclude<GrantType, typeof TOKEN_EXCHANGE>;
export const APP_GRANT_TYPES: readonly AppGrantType[] = GRANT_TYPES.filter((type) => type !== TOKEN_EXCHANGE);
