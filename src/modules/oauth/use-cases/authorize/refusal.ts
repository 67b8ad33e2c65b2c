/** Error codes for refused authorization requests: RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, RFC 8707 §2. */
export type AuthorizationErrorCode =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'login_required'
  | 'consent_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported';

/** A refused authorization request. The error goes to the client at its redirect URI, or to the user on a page. */
export class AuthorizationRefusal extends Error {
  readonly description: string;

  constructor(
    readonly code: AuthorizationErrorCode,
    description: string,
  ) {
    super(description);
    // RFC 6749 §4.1.2.1: ASCII, without quotes or backslashes.
    this.description = description.replaceAll('"', "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?');
  }
}
