/** The facts about an outage: a message for the caller and the time after which to retry. */
interface Outage {
  /** Short and ASCII, because it also appears in a `ProblemDetail` (wire contract §2.3). */
  readonly message: string;
  /** `Retry-After` of the REST response. */
  readonly retryAfterSeconds: number;
}

/**
 * All causes that prevent a decision, each with a separate reason. The response is a denial that contains this reason: over gRPC in
 * `ProblemDetail.extensions.reason` and the `x-coresdk-reason` metadata, over REST in the `reason` member of a 503 response.
 */
export const OUTAGES = {
  /** The policy has no such rule, so there is no decision. */
  no_such_rule: { message: 'The policy has no rule for this, so there is no decision.', retryAfterSeconds: 60 },
  /** A rule returned something other than a decision. */
  not_boolean: { message: 'The policy gives no decision.', retryAfterSeconds: 60 },
  /** The engine could not evaluate the rule. */
  evaluation_error: { message: 'The policy failed, so there is no decision.', retryAfterSeconds: 60 },
  /** The rule exceeded a resource limit for decisions. */
  limit: { message: 'The policy exceeded a resource limit, so there is no decision.', retryAfterSeconds: 60 },
  /** The tenant's policy could not be read or compiled. */
  policy_unavailable: { message: 'The policy of this tenant is not available.', retryAfterSeconds: 1 },
  /** The deadline of the call or of the engine passed before there was a decision. */
  deadline: { message: 'The deadline of the call passed before a decision.', retryAfterSeconds: 1 },
  /** No keys for verifying tokens are known. */
  keys_unknown: { message: 'No signing keys are known yet.', retryAfterSeconds: 1 },
  keys_stale: { message: 'The cached signing keys are stale.', retryAfterSeconds: 1 },
  revocations_stale: { message: 'The cached list of revoked tokens is stale.', retryAfterSeconds: 1 },
  /** Any other in-memory state that the change feed keeps current. */
  state_stale: { message: 'The cached state may be outdated.', retryAfterSeconds: 1 },
  store_unavailable: { message: 'The store did not respond in time.', retryAfterSeconds: 1 },
  store_full: { message: 'The store is full.', retryAfterSeconds: 30 },
  audit_unavailable: { message: 'The audit log is not writable, so the request was refused.', retryAfterSeconds: 1 },
  audit_full: { message: 'The audit store is full, so the request was refused.', retryAfterSeconds: 30 },
  sidecar_unavailable: { message: 'The sidecar does not respond.', retryAfterSeconds: 1 },
  control_plane_unavailable: { message: 'The authorization server does not respond.', retryAfterSeconds: 1 },
  /** Too many requests are already waiting. */
  overloaded: { message: 'Too many requests are waiting.', retryAfterSeconds: 1 },
} as const satisfies Readonly<Record<string, Outage>>;

/** The reason why no decision could be made. */
export type OutageReason = keyof typeof OUTAGES;

/** The reason why a decision denies the request. */
export type DenialReason =
  | 'origin_not_allowed'
  | 'token_missing'
  | 'key_mistyped'
  | 'key_unknown'
  | 'token_malformed'
  | 'token_signature_invalid'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_wrong_issuer'
  | 'token_wrong_audience'
  | 'token_wrong_type'
  | 'token_revoked'
  | 'tenant_mismatch'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'denied'
  | 'undefined'
  | 'tenant_wall'
  | 'invalid_input';

/** Every machine-readable reason for a refusal. */
export type Reason = OutageReason | DenialReason;

/** Returns whether an external string is a known outage reason. */
export function isOutage(reason: string): reason is OutageReason {
  return Object.hasOwn(OUTAGES, reason);
}
