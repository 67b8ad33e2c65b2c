import { randomUUID } from 'node:crypto';
import { status as Grpc } from '@grpc/grpc-js';
import { isOutage, type Reason } from '../../src/kernel/errors/reason';
import type { DecisionAnswer, Headers } from './decision-call';
import { ENTITY_ID } from './saml';

/** What is broken, each in its own way and for real. */
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

/** What the requests of the table are made of. */
export interface FaultyWorld {
  readonly tenantId: string;
  /** A token that the sidecar has judged before, or not yet, or whose signature does not hold. */
  readonly token: string;
  readonly serviceToken: string;
  /** Of a confidential app whose refresh tokens do not rotate. */
  readonly refreshToken: string;
  /** App that may sign contexts, and a context of it, as it signs one now. */
  readonly clientId: string;
  readonly newContext: () => string;
  /** An assertion that nobody has been shown, of a provider that the tenant believes. */
  readonly newAssertion: () => string;
}

/** An RPC that gates: how it is asked, what a decision looks like (a yes, where a request can have one here), and the reason of its denial by each fault. */
export interface Gate {
  readonly request: (world: FaultyWorld) => object;
  readonly headers?: (world: FaultyWorld) => Headers;
  readonly passes: (answer: Readonly<Record<string, unknown>>, reason: string | null) => boolean;
  /** A fault that is not named here does not concern the RPC, which goes on as before; that is tested as well. */
  readonly denials: Partial<Readonly<Record<Fault, Reason>>>;
  /** The contract has gRPC errors for its denials. */
  readonly byStatus?: true;
  /** Asked again it would have another answer: it ends what it is given. */
  readonly once?: true;
}

/** Faults that end every decision, whatever it is about. */
const ALL_STOP = {
  'deadline passed': 'deadline',
  'audit store full': 'audit_full',
  'database down': 'store_unavailable',
} as const satisfies Gate['denials'];

/** Of everything that answers by what the change feed keeps current. */
const HELD = {
  ...ALL_STOP,
  'stale keys': 'state_stale',
  'stale deny-list': 'state_stale',
} as const satisfies Gate['denials'];

/** Of everything that is good until it is revoked, and for which no key is asked. */
const REVOKED = {
  'stale keys': 'revocations_stale',
  'stale deny-list': 'revocations_stale',
} as const satisfies Gate['denials'];

/** Of everything that judges a token. */
const TOKEN = {
  ...ALL_STOP,
  'bad signature': 'token_signature_invalid',
  'no signing keys': 'keys_unknown',
  'stale keys': 'keys_stale',
  'stale deny-list': 'revocations_stale',
} as const satisfies Gate['denials'];

/** Of everything that asks a policy; its rules are held in memory. */
const POLICY = {
  ...ALL_STOP,
  'no policy': 'no_such_rule',
  'engine error': 'evaluation_error',
  'stale keys': 'state_stale',
  'stale deny-list': 'state_stale',
} as const satisfies Gate['denials'];

const service = ({ serviceToken }: FaultyWorld): Headers => ({ 'x-service-token': serviceToken });
/** Asked for what nobody has, so that a no is the decision: what is looked for is that there was one. */
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
  // Counted in the store, by rules that are read there.
  denials: ALL_STOP,
};
const evaluateFlag: Gate = {
  request: ({ tenantId }) => ({ flagKey: 'gate', tenantId, userId: 'usr-1', attributesJson: '' }),
  headers: service,
  passes: ({ enabled }) => enabled === true,
  // A silent feed makes flags STALE, which they say (src/modules/flags/README.md).
  denials: ALL_STOP,
};
const emitAuditEvent: Gate = {
  request: ({ tenantId }) => ({ action: 'gate.test', resourceType: 'gate', resourceId: '1', tenantId, outcome: '' }),
  headers: service,
  passes: ({ eventId }) => eventId !== '',
  denials: ALL_STOP,
};
/** Masking reads the tenant's rules anew while the feed is silent. */
const masking = (world: FaultyWorld): Headers => ({ ...service(world), 'x-tenant-id': world.tenantId });

/** Every unary RPC of the sidecar that decides. One that is served and has no row fails the test. */
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
    // Whether its grant was revoked is asked before anything is signed.
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
    // The token is an app's, and no user's: known once it has been judged.
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
  // Nobody reads the log without a record of it.
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
    // The bundle of these faults is about `authz` alone.
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

/** Served, unary, and no gates: what they answer lets nobody do anything. A job that was not stored is a gRPC error, and runs nowhere. */
export const NO_GATES: readonly string[] = [
  'AuthService/GetJwks',
  'JobService/SubmitJob',
  'JobService/GetJob',
  'JobService/ListJobs',
  'JobService/CancelJob',
  'JobService/GetJobOutput',
];

/** Whether an answer denies as the contract has it for this RPC: in an OK answer, or by a status. */
export function denies(gate: Gate, { code, answer, reason }: DecisionAnswer): boolean {
  if (gate.byStatus) return code !== Grpc.OK;
  return code === Grpc.OK && answer !== null && !gate.passes(answer, reason);
}
