import type { ErrorCode } from './error-tables';
import type { DenialReason } from './reason';

/** Help for one error code, as the error reference shows it. */
interface ErrorHelp {
  /** The situation that the code reports. */
  readonly meaning: string;
  /** The next step for the caller. */
  readonly action: string;
}

const FIX_AND_RESEND = 'Correct the fields that `errors` names, then send the request again.';
const RETRY_LATER = 'Wait for the number of seconds in `Retry-After`, then send the same request again.';

/** Help for every error code. */
export const ERROR_HELP: Readonly<Record<ErrorCode, ErrorHelp>> = {
  invalid_request: {
    meaning: 'The path, the query, a header or the body is not valid for this operation.',
    action: FIX_AND_RESEND,
  },
  unauthorized: {
    meaning: 'The request has no credential, or the credential is expired, revoked or not valid.',
    action: 'Get a new access token, or check the API key. `WWW-Authenticate` names the accepted scheme.',
  },
  forbidden: {
    meaning: 'The credential lacks the required scope, or the policy of the tenant denies the request.',
    action: 'Ask an administrator for the scope or the role that the description names.',
  },
  not_found: {
    meaning: 'The resource does not exist in this tenant. You cannot see resources in other tenants.',
    action: 'Check the path, the identifier and the tenant of your credential.',
  },
  method_not_allowed: {
    meaning: 'The path exists, but it does not support this HTTP method.',
    action: 'Use one of the methods in `Allow`.',
  },
  not_acceptable: {
    meaning: 'The server cannot respond with any media type that `Accept` lists.',
    action: 'Add `application/json` or the media type of the operation to `Accept`.',
  },
  conflict: {
    meaning:
      'The request contradicts the current state: a name is taken, a state does not allow it, or a limit is reached.',
    action: 'Read the resource again, resolve the conflict, then repeat the request.',
  },
  gone: {
    meaning: 'The resource or the cursor existed, but is no longer available.',
    action: 'Start over: read the list without a cursor, or start a new upload.',
  },
  precondition_failed: {
    meaning:
      'The resource has changed since you read it, so the condition in `If-Match` or `If-None-Match` is not met.',
    action: 'Read the resource again, apply your change to it, and send the new `ETag` in `If-Match`.',
  },
  payload_too_large: {
    meaning: 'The body is larger than this operation accepts.',
    action: 'Send a smaller body, or split the request.',
  },
  unsupported_media_type: {
    meaning: 'The operation does not accept the media type, charset or encoding of the body.',
    action: 'Send one of the content types that the operation lists.',
  },
  range_not_satisfiable: {
    meaning: 'The `Range` header starts after the end of the content.',
    action: 'Read the size from `Content-Range`, then request a range within it.',
  },
  unprocessable: {
    meaning:
      'The request is well-formed, but its content breaks a rule, or its `Idempotency-Key` belongs to another request.',
    action: 'Correct the fields that `errors` names, or use a new `Idempotency-Key`.',
  },
  rate_limited: {
    meaning: 'The address, the client or the tenant sent more requests than its limit allows.',
    action: RETRY_LATER,
  },
  internal: {
    meaning: 'The server failed. Its log shows the cause under the request id.',
    action: 'Report the `request_id` to the operator. Retry reads and requests that have an `Idempotency-Key`.',
  },
  not_implemented: {
    meaning: 'This installation does not support the operation.',
    action: 'Use another operation; retrying does not help.',
  },
  unavailable: {
    meaning:
      'A decision, a store or a required service is not available. The server changed nothing. `reason` names the cause.',
    action: RETRY_LATER,
  },
  deadline_exceeded: {
    meaning: 'The deadline of the call passed before the server could decide.',
    action: 'Retry with a longer deadline.',
  },
  invalid_client: {
    meaning: 'Client authentication failed: the client is unknown, or its secret or assertion is wrong.',
    action: 'Check the client id, the secret and the authentication method of the app.',
  },
  invalid_grant: {
    meaning:
      'The authorization code, refresh token or assertion is invalid, expired or revoked, or was not issued to this client.',
    action: 'Start the authorization flow again.',
  },
  invalid_scope: {
    meaning: 'The request names a scope that the app has not declared or that was not granted.',
    action: 'Request scopes that the app declares, or add the scope to the app.',
  },
  invalid_target: {
    meaning: 'The `resource` parameter is unknown, malformed or not part of the grant.',
    action: 'Send the absolute URI of a resource that the server knows, without a fragment.',
  },
  unauthorized_client: {
    meaning: 'The app is not allowed to use this grant type.',
    action: 'Add the grant type to the app, or use one that it has.',
  },
  unsupported_grant_type: {
    meaning: 'The token endpoint does not support this grant type.',
    action: 'Use a grant type that the metadata lists in `grant_types_supported`.',
  },
  unsupported_token_type: {
    meaning: 'The revocation endpoint does not support tokens of this type.',
    action: 'Send an access token or a refresh token.',
  },
  access_denied: {
    meaning: 'The user or the server denied the request.',
    action: 'Do not retry without a change: ask the user or the administrator.',
  },
  invalid_token: {
    meaning: 'The bearer token is malformed, expired or revoked, or is not valid here.',
    action: 'Get a new token, then repeat the request.',
  },
  insufficient_scope: {
    meaning: 'The token lacks a scope that the operation requires.',
    action: 'Get a token with the scope that `WWW-Authenticate` names.',
  },
  temporarily_unavailable: {
    meaning: 'The authorization server cannot respond now, or the client sent too many requests.',
    action: RETRY_LATER,
  },
  invalid_redirect_uri: {
    meaning: 'A redirect URI in the client metadata is not allowed.',
    action: 'Register an absolute URI that meets the rules for redirect URIs.',
  },
  invalid_client_metadata: {
    meaning: 'A member of the client metadata is invalid.',
    action: 'Correct the member that the description names.',
  },
};

/** The meaning of every reason for a denial. */
export const DENIAL_HELP: Readonly<Record<DenialReason, string>> = {
  origin_not_allowed:
    'A page called the API, but neither the app of its token nor CORS_ORIGINS lists the origin of the page.',
  token_missing: 'The request has no token.',
  key_mistyped: 'The API key has a typing error: its checksum does not match.',
  key_unknown: 'The API key does not exist.',
  token_malformed: 'The token is not a well-formed JWT.',
  token_signature_invalid: 'No known key verifies the signature of the token.',
  token_expired: 'The token is expired.',
  token_not_yet_valid: 'The token is not valid yet.',
  token_wrong_issuer: 'The token is from a different issuer.',
  token_wrong_audience: 'The token is for a different audience.',
  token_wrong_type: 'The operation requires a different type of token.',
  token_revoked: 'The token, its grant, session, client, user or tenant was revoked.',
  tenant_mismatch: 'The tenant of the token is not the tenant of the request.',
  insufficient_scope: 'The token lacks a required scope.',
  insufficient_user_authentication:
    'The operation requires a recent sign-in with two factors. Sign in again with the `acr_values` and `max_age` of the challenge.',
  denied: 'The policy denies the request.',
  undefined: 'The policy rule is undefined for this input.',
  tenant_wall: 'The request accesses data of a different tenant.',
  invalid_input: 'The policy input is not JSON, is too large or is nested too deeply.',
};
