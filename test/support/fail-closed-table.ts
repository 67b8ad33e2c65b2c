import { randomUUID } from 'node:crypto';
import { status as Grpc } from '@grpc/grpc-js';
import { isOutage, type Reason } from '../../src/kernel/errors/reason';
import type { DecisionAnswer, Headers } from './decision-call';
import { ENTITY_ID } from './saml';

/** The faults. Each has a test that actually produces it. */
export const FAULTS = [
  'bad signature',
  'no policy',
  'engine error',
  'deadline passed',
  'audit store full',
  'no signing keys',
  'stale keys',
  'stale deny-list',
  'database down',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The values for the requests in the table. */
export interface FaultyWorld {
  readonly tenantId: string;
  /** A token that the sidecar has validated before, one that it has never validated, or one with an invalid signature. */
  readonly token: string;
  readonly serviceToken: string;
  /** A refresh token of a confidential app whose refresh tokens do not rotate. */
  readonly refreshToken: string;
  /** An app that can sign contexts; `newContext` returns a newly signed context. */
  readonly clientId: string;
  readonly newContext: () => string;
  /** Returns an unused assertion from a provider that the tenant trusts. */
  readonly newAssertion: () => string;
}

/**
 * An RPC that makes a decision: its request, the form of its decision (an approval, if a request can get one here), and the reason for
 * its denial under each fault.
 */
export interface Gate {
  readonly request: (world: FaultyWorld) => object;
  readonly headers?: (world: FaultyWorld) => Headers;
  readonly passes: (answer: Readonly<Record<string, unknown>>, reason: string | null) => boolean;
  /** A fault that is missing here does not affect the RPC; the tests check this too. */
  readonly denials: Partial<Readonly<Record<Fault, Reason>>>;
  /** True if the contract specifies gRPC errors for its denials. */
  readonly byStatus?: true;
  /** A second call would have a different result, because the first uses up its input. */
  readonly once?: true;
}

/** Faults that stop every decision. */
const ALL_STOP = {
  'deadline passed': 'deadline',
  'audit store full': 'audit_full',
  'database down': 'store_unavailable',
} as const satisfies Gate['denials'];

/** The denials of every RPC whose data the change feed keeps current. */
const HELD = {
  ...ALL_STOP,
  'stale keys': 'state_stale',
  'stale deny-list': 'state_stale',
} as const satisfies Gate['denials'];

/** The denials of every RPC about objects that are valid until revoked and do not need a key. */
const REVOKED = {
  'stale keys': 'revocations_stale',
  'stale deny-list': 'revocations_stale',
} as const satisfies Gate['denials'];

/** The denials of every RPC that validates a token. */
const TOKEN = {
  ...ALL_STOP,
  'bad signature': 'token_signature_invalid',
  'no signing keys': 'keys_unknown',
  'stale keys': 'keys_stale',
  'stale deny-list': 'revocations_stale',
} as const satisfies Gate['denials'];

/** The denials of every RPC that evaluates a policy; its rules are in memory. */
const POLICY = {
  ...ALL_STOP,
  'no policy': 'no_such_rule',
  'engine error': 'evaluation_error',
  'stale keys': 'state_stale',
  'stale deny-list': 'state_stale',
} as const satisfies Gate['denials'];

const service = ({ serviceToken }: FaultyWorld): Headers => ({ 'x-service-token': serviceToken });
/** Returns whether there was a decision. The request names a resource that does not exist, so that a denial is the decision. */
const judged = (_answer: object, reason: string | null): boolean =>
  reason === null || (!isOutage(reason) && !reason.startsWith('token_'));
const RULE = 'data.authz.allow';
const evaluate: Gate = {
  request: ({ tenantId }) => ({ rule: RULE, inputJson: '{"action":"read"}', tenant: { tenantId } }),
  headers: service,
  passes: ({ result }) => result === true,
  denials: POLICY,
};
const checkRateLimit: Gate = {
  request: ({ tenantId }) => ({ key: 'gate', tenantId, limit: 100_000, windowSeconds: 60 }),
  headers: service,
  passes: ({ allowed }) => allowed === true,
  // The sidecar counts requests in the store, according to rules that it reads from there.
  denials: ALL_STOP,
};
const evaluateFlag: Gate = {
  request: ({ tenantId }) => ({ flagKey: 'gate', tenantId, userId: 'usr-1', attributesJson: '' }),
  headers: service,
  passes: ({ enabled }) => enabled === true,
  // A silent feed makes flags STALE, which the response reports (src/modules/flags/README.md).
  denials: ALL_STOP,
};
const emitAuditEvent: Gate = {
  request: ({ tenantId }) => ({ action: 'gate.test', resourceType: 'gate', resourceId: '1', tenantId, outcome: '' }),
  headers: service,
  passes: ({ eventId }) => eventId !== '',
  denials: ALL_STOP,
};
/** While the feed is silent, masking rereads the tenant's rules. */
const masking = (world: FaultyWorld): Headers => ({ ...service(world), 'x-tenant-id': world.tenantId });

/** Every unary RPC of the sidecar that makes a decision. A served RPC without a row fails the test. */
export const GATES: Readonly<Record<string, Gate>> = {
  'AuthService/ValidateToken': {
    request: ({ token }) => ({ token }),
    passes: ({ valid }) => valid === true,
    denials: TOKEN,
  },
  'AuthService/Authorize': {
    request: ({ token }) => ({ token, action: 'read', resource: 'gate' }),
    passes: ({ allowed }) => allowed === true,
    denials: { ...POLICY, ...TOKEN },
  },
  'AuthService/IsRevoked': {
    request: ({ token }) => ({ token }),
    passes: ({ revoked }) => revoked === false,
    denials: TOKEN,
  },
  'AuthService/RevokeToken': {
    request: ({ token }) => ({ token, reason: 'test' }),
    passes: ({ success }) => success === true,
    denials: TOKEN,
    once: true,
  },
  'AuthService/MintAgentToken': {
    request: ({ token }) => ({ parentToken: token, targetService: 'gate', scopes: ['projects.read'], ttlSeconds: 60 }),
    passes: ({ token }) => token !== '',
    denials: TOKEN,
  },
  'AuthService/RefreshToken': {
    request: ({ refreshToken }) => ({ refreshToken }),
    headers: service,
    passes: ({ token }) => token !== '',
    // The revocation of its grant is checked before the signature.
    denials: { ...ALL_STOP, ...REVOKED, 'no signing keys': 'keys_unknown' },
  },
  'AuthService/ValidatePlatformContext': {
    request: ({ tenantId, clientId, newContext }) => ({ rawContext: newContext(), tenantId, clientId }),
    passes: ({ valid }) => valid === true,
    denials: { ...ALL_STOP, ...REVOKED },
  },
  'AuthService/ValidateSAMLAssertion': {
    request: ({ tenantId, newAssertion }) => ({ assertionB64: newAssertion(), idpEntityId: ENTITY_ID, tenantId }),
    headers: service,
    passes: ({ valid }) => valid === true,
    denials: HELD,
  },
  'TenantService/ResolveTenant': {
    request: ({ token }) => ({ token }),
    headers: service,
    passes: ({ tenant }) => tenant !== null,
    denials: TOKEN,
  },
  'TenantService/ValidateIsolation': {
    request: ({ tenantId }) => ({ requestingTenantId: tenantId, resourceTenantId: tenantId }),
    headers: service,
    passes: ({ isolated }) => isolated === true,
    denials: ALL_STOP,
  },
  'ConfigService/GetConfig': {
    request: ({ tenantId }) => ({ tenant: { tenantId } }),
    headers: service,
    passes: ({ snapshot }) => snapshot !== null,
    denials: HELD,
  },
  'LicenseService/CheckEntitlement': {
    request: ({ tenantId }) => ({ tenantId, entitlementKey: 'gate' }),
    headers: service,
    passes: ({ entitled }) => entitled === true,
    denials: HELD,
  },
  'DataGateService/Gate': {
    request: ({ token }) => ({ token, action: 'read', resource: 'gate' }),
    passes: ({ allowed }) => allowed === true,
    denials: { ...POLICY, ...TOKEN },
  },
  'DataGateService/SecretGate': {
    request: ({ token }) => ({ token, action: 'read', secretName: 'GATE' }),
    passes: ({ allowed }) => allowed === true,
    denials: { ...POLICY, ...TOKEN },
  },
  'DataGateService/StorageGate': {
    request: ({ token }) => ({ token, action: 'read', bucket: 'shared', objectKey: 'gate' }),
    passes: judged,
    denials: TOKEN,
  },
  'DataGateService/DatabaseGate': {
    request: ({ token }) => ({ token, action: 'read', collection: 'gate' }),
    passes: judged,
    denials: TOKEN,
  },
  'DataGateService/WorkflowGate': {
    request: ({ token }) => ({ token, action: 'trigger', workflowId: 'gate' }),
    passes: judged,
    denials: TOKEN,
  },
  'DataGateService/AgentSpawnGate': {
    request: ({ token }) => ({ userJwt: token, agentId: 'gate', capabilities: ['projects.read'], ttlSecs: 60 }),
    // The token belongs to an app, not to a user. The sidecar has this information only after it has validated the token.
    passes: (_answer, reason) => reason === 'not_a_user',
    denials: TOKEN,
  },
  'PolicyService/Evaluate': evaluate,
  'PolicyService/DryRun': evaluate,
  'FlagService/EvaluateFlag': evaluateFlag,
  'FlagService/Evaluate': evaluateFlag,
  'RateLimitService/CheckRateLimit': checkRateLimit,
  'RateLimitService/Check': checkRateLimit,
  'RateLimitService/ResetRateLimit': {
    request: ({ tenantId }) => ({ key: 'gate', tenantId }),
    headers: service,
    passes: ({ success }) => success === true,
    denials: ALL_STOP,
  },
  'AuditService/EmitAuditEvent': emitAuditEvent,
  'AuditService/Emit': { ...emitAuditEvent, byStatus: true },
  'AuditService/EmitAuthEvent': {
    request: ({ tenantId }) => ({
      eventId: randomUUID(),
      eventType: 'auth.login.password',
      timestamp: Date.now(),
      tenantId,
      outcome: 'success',
    }),
    headers: service,
    passes: ({ accepted }) => accepted === true,
    denials: ALL_STOP,
  },
  // Each read of the log is recorded.
  'AuditService/QueryAudit': {
    request: ({ tenantId }) => ({ tenantId, limit: 1 }),
    headers: service,
    passes: ({ events }) => Array.isArray(events),
    denials: ALL_STOP,
    byStatus: true,
  },
  'MaskingService/Mask': {
    request: () => ({ jsonValue: '{"note":"ask ada@example.com"}', extraBlockedFields: [], extraPatterns: [] }),
    headers: masking,
    passes: ({ maskedJson, error }) => error === null && String(maskedJson).includes('ask '),
    denials: ALL_STOP,
  },
  'MaskingService/MaskString': {
    request: () => ({ value: 'ask ada@example.com', extraPatterns: [] }),
    headers: masking,
    passes: ({ maskedValue }) => String(maskedValue).startsWith('ask '),
    denials: ALL_STOP,
  },
  'EgressService/CheckEgress': {
    request: ({ tenantId }) => ({ url: 'https://93.184.216.34/', tenantId, serviceName: 'gate' }),
    headers: service,
    passes: ({ allowed }) => allowed === true,
    // The bundle in use during these faults contains only `authz`.
    denials: HELD,
  },
  'SecretsService/ResolveSecret': {
    request: ({ tenantId }) => ({ caller: { tenantId, userId: '', groups: [] }, refs: [{ name: 'GATE' }] }),
    headers: ({ token }) => ({ authorization: `Bearer ${token}` }),
    passes: ({ resolved }) => Array.isArray(resolved) && resolved.length === 1,
    denials: { ...POLICY, ...TOKEN },
    byStatus: true,
  },
};

/**
 * Unary RPCs that do not make a decision: their responses do not permit any action. If a job is not stored, the response is a gRPC error,
 * and the job never runs.
 */
export const NO_GATES: readonly string[] = [
  'AuthService/GetJwks',
  'JobService/SubmitJob',
  'JobService/GetJob',
  'JobService/ListJobs',
  'JobService/CancelJob',
  'JobService/GetJobOutput',
];

/** Returns whether a response is a denial in the form that the contract specifies for this RPC: an OK response or an error status. */
export function denies(gate: Gate, { code, answer, reason }: DecisionAnswer): boolean {
  if (gate.byStatus) return code !== Grpc.OK;
  return code === Grpc.OK && answer !== null && !gate.passes(answer, reason);
}
