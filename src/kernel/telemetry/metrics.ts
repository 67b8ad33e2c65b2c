import { Counter, Gauge, Histogram } from 'prom-client';

/** Time of each REST answer, from its first byte in to its last byte out. */
export const httpDuration = new Histogram({
  name: 'coresdk_http_request_duration_seconds',
  help: 'Time of REST requests by surface, method and status.',
  labelNames: ['surface', 'method', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
});

/** Decision RPCs by outcome: `answered`, or `refused` when something went wrong and the answer denies. */
export const decisions = new Counter({
  name: 'coresdk_grpc_decisions_total',
  help: 'Decision RPCs by method and outcome (answered, or refused because of a fault).',
  labelNames: ['method', 'outcome'] as const,
});

/** Calls of published clients that depart from the contract. */
export const legacyCalls = new Counter({
  name: 'coresdk_grpc_legacy_calls_total',
  help: 'Calls that only published clients make (CORESDK_LEGACY_CLIENTS), by client, RPC and layout of the request.',
  labelNames: ['client', 'rpc', 'layout'] as const,
});

/** Age of what this process holds in memory; guards refuse when it is beyond CHANGE_FEED_MAX_AGE_MS. */
export const changeFeedAge = new Gauge({
  name: 'coresdk_change_feed_age_seconds',
  help: 'Seconds since the moment up to which every committed change is known.',
});

/** How far this process's clock is off. */
export const clockOffset = new Gauge({
  name: 'coresdk_clock_offset_seconds',
  help: 'How far the clock of this process is ahead of that of the database at least; negative: behind.',
});

/** Seconds for which no notification of the database has arrived although some were sent. */
export const notificationSilence = new Gauge({
  name: 'coresdk_notification_silence_seconds',
  help: 'Seconds since a notification of the database was sent that this process has not received; 0 when they arrive.',
});

/** Revocations held in memory. */
export const denyListSize = new Gauge({
  name: 'coresdk_deny_list_entries',
  help: 'Revoked tokens and not-before marks held in memory.',
});

/** Policy decisions that are missing in the decision log. */
export const policyDecisionsDropped = new Counter({
  name: 'coresdk_policy_decisions_dropped_total',
  help: 'Policy decisions that were not written to the decision log: too many waited, or the store did not take them.',
});

/** Rate limit decisions: `allowed` or `refused`, and beside that `shadow` and `degraded`. */
export const rateLimitDecisions = new Counter({
  name: 'coresdk_rate_limit_decisions_total',
  help: 'Rate limit decisions by outcome: allowed or refused; shadow: a rule in shadow mode would have refused; degraded: by the share of this process.',
  labelNames: ['outcome'] as const,
});

/** Server streams that are open, such as WatchPolicyUpdates. */
export const openStreams = new Gauge({
  name: 'coresdk_grpc_open_streams',
  help: 'Server streams of the sidecar that are open.',
});

/** Requests on gRPC whose bytes were dropped on their way. */
export const messagesNotTaken = new Counter({
  name: 'coresdk_grpc_messages_not_taken_total',
  help: 'Requests of the sidecar that were dropped as they came: too_large, or too_much of large ones at once.',
  labelNames: ['reason'] as const,
});

/** Certificate files that changed: `used`, or `refused` for one that cannot be used, where the one before stays. */
export const certificateReloads = new Counter({
  name: 'coresdk_tls_certificate_reloads_total',
  help: 'Changes of the TLS certificate files by outcome (used, or refused because they cannot be used).',
  labelNames: ['outcome'] as const,
});

/** When the certificate in use expires. */
export const certificateExpiry = new Gauge({
  name: 'coresdk_tls_certificate_expires_at_seconds',
  help: 'When the TLS certificate in use expires, in Unix seconds; 0 without TLS.',
});

/** TLS handshakes that failed, as those of callers without a certificate of ours. */
export const failedHandshakes = new Counter({
  name: 'coresdk_tls_failed_handshakes_total',
  help: 'TLS handshakes with the sidecar that failed.',
});

/** Decisions that were denied since they could not be had. */
export const outageDecisions = new Counter({
  name: 'coresdk_outage_denials_total',
  help: 'Decisions that were denied because they could not be had, by RPC or pipeline stage and by reason.',
  labelNames: ['method', 'reason'] as const,
});

/** The same, counted only with CORESDK_FAIL_MODE=open, which would have let them through elsewhere. */
export const failOpenDecisions = new Counter({
  name: 'coresdk_fail_open_decisions_total',
  help: 'Decisions that were denied by an outage while CORESDK_FAIL_MODE=open asked to let them through.',
  labelNames: ['method', 'reason'] as const,
});

/** Requests that showed no token, or none that is good, and so belong to nobody. */
export const unauthenticatedRequests = new Counter({
  name: 'coresdk_unauthenticated_requests_total',
  help: 'Requests that were refused without a caller being known, by reason: recorded in the audit log, counted here alone, or over the limit of their address.',
  labelNames: ['reason', 'outcome'] as const,
});

/** Work that held the main thread for more than 20 ms of CPU time. */
export const slowWorkDuration = new Histogram({
  name: 'coresdk_slow_work_seconds',
  help: 'CPU time of work that held the main thread for more than 20 ms, by kind; the log names tenant and resource.',
  labelNames: ['kind'] as const,
  buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

/** Work of tenants that was refused or stopped. */
export const throttledWork = new Counter({
  name: 'coresdk_throttled_work_total',
  help: "Tenants' work that was refused or stopped, by kind and reason; the log names tenant and resource.",
  labelNames: ['kind', 'reason'] as const,
});
