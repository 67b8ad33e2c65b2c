import { status as Grpc } from '@grpc/grpc-js';
import { type ContractWorld, openContractWorld, platformContext, samlAssertion } from '../support/contract-world';
import { ENTITY_ID, OTHER_IDP } from '../support/saml';
import { CONTRACT } from '../support/strict-client';

/**
 * A request and the documented members of its response. The response contains the other members, too; otherwise, its bytes would differ.
 */
type Case = (world: ContractWorld) => readonly [request: object, answer: object] | Promise<readonly [object, object]>;

interface Row {
  readonly yes?: Case;
  readonly no?: Case;
  /** Requests that the sidecar refuses with a status instead of a response, and their statuses. */
  readonly refused?: (world: ContractWorld) => readonly [request: object, codes: readonly Grpc[]];
}

const PROBLEM = { type: expect.stringMatching(/^https:\/\/coresdk\.io\/errors\//), detail: expect.stringMatching(/./) };
const DENIED = { allowed: false, permissions: [], error: PROBLEM };
const TEXT = expect.stringMatching(/./) as unknown;

const forged = ({ tokens }: ContractWorld): string => `${tokens.access_token.slice(0, -4)}AAAA`;
const tenantOf = ({ a }: ContractWorld) => ({ tenantId: a.id });
const nobody = { tenant: { tenantId: 'nobody' } };

function gate(yes: object, no: object, permission: string): Row {
  const reason = expect.any(String) as unknown;
  return {
    yes: ({ tokens }) => [
      { token: tokens.access_token, ...yes },
      { allowed: true, reason, permissions: expect.arrayContaining([permission]), error: null },
    ],
    no: ({ tokens }) => [{ token: tokens.access_token, ...no }, DENIED],
  };
}

function evaluation(dryRun: boolean): Row {
  const rule = 'data.shop.allow';
  const [open, closed] = ['{"open":true}', '{}'];
  return {
    yes: (world) => [
      { rule, inputJson: open, tenant: tenantOf(world) },
      { result: true, dryRun, error: null },
    ],
    no: (world) => [{ rule, inputJson: closed, tenant: tenantOf(world) }, { result: false }],
  };
}

function watch(first: object): Row {
  return { yes: (world) => [{ tenant: tenantOf(world) }, first], refused: () => [nobody, [Grpc.NOT_FOUND]] };
}

const ABOUT_JOB = {
  jobId: TEXT,
  kind: 'sync/report',
  image: '',
  state: 1,
  exitCode: 0,
  error: '',
  createdAt: expect.any(Number),
  startedAt: 0,
  finishedAt: 0,
  k8sNamespace: '',
};
/** A row for an existing job, and for one that does not exist or belongs to another tenant. */
function job(request: object, answer: object): Row {
  return {
    yes: (world) => [{ jobId: world.jobId, ...request, tenant: tenantOf(world) }, answer],
    refused: ({ b, jobId }) => [{ jobId, ...request, tenant: { tenantId: b.id } }, [Grpc.NOT_FOUND]],
  };
}

const DOCUMENT = { resourceType: 'document', resourceId: 'doc-1', outcome: 'success', metadataJson: '{"n":1}' };
const AUTH_EVENT = { eventType: 'auth.login', source: 'sdk', outcome: 'success', subjectKind: 'user' };

const ROWS: Readonly<Record<string, Row>> = {
  'AuthService/ValidateToken': {
    yes: ({ tokens, person }) => [
      { token: tokens.access_token },
      { valid: true, subject: person.user.id, roles: ['member'], expiresAt: expect.any(Number), error: null },
    ],
    no: (world) => [{ token: forged(world) }, { valid: false, subject: '', roles: [], claims: {}, error: PROBLEM }],
  },
  'AuthService/Authorize': {
    // With a tenant, which published clients do not send here, the problem is complete.
    yes: (world) => [
      { token: world.tokens.access_token, action: 'project.get', resource: 'projects/1', tenant: tenantOf(world) },
      { allowed: true, reason: '', error: null },
    ],
    no: (world) => [
      { token: world.tokens.access_token, action: 'project.delete', resource: 'projects/1', tenant: tenantOf(world) },
      { allowed: false, reason: TEXT, error: { ...PROBLEM, status: 403 } },
    ],
  },
  'AuthService/GetJwks': { yes: () => [{}, { jwksJson: expect.stringMatching(/^\{"keys":\[\{/) }] },
  'AuthService/RevokeToken': {
    yes: async ({ a }) => [{ token: await a.issueToken(), tenantId: a.id, reason: 'logout' }, { success: true }],
    no: async ({ a, b }) => [{ token: await b.issueToken(), tenantId: a.id, reason: 'logout' }, { success: false }],
  },
  'AuthService/IsRevoked': {
    yes: (world) => [{ token: forged(world) }, { revoked: true }],
    no: ({ tokens }) => [{ token: tokens.access_token }, { revoked: false }],
  },
  'AuthService/ValidateSAMLAssertion': {
    yes: ({ a }) => [
      { assertionB64: samlAssertion(), idpEntityId: ENTITY_ID, tenantId: a.id },
      { valid: true, userId: 'ada@example.com', error: null },
    ],
    no: ({ a }) => [
      { assertionB64: samlAssertion(OTHER_IDP.key), idpEntityId: ENTITY_ID, tenantId: a.id },
      { valid: false, userId: '', email: '', groups: [], attributesJson: '{}', error: PROBLEM },
    ],
  },
  'AuthService/RefreshToken': {
    yes: ({ tokens }) => [
      { refreshToken: tokens.refresh_token },
      { token: TEXT, expiresAt: expect.any(Number), error: null },
    ],
    no: ({ tokens }) => [{ refreshToken: tokens.access_token }, { token: '', expiresAt: 0, error: PROBLEM }],
  },
  'AuthService/ValidatePlatformContext': {
    yes: (world) => [
      { rawContext: platformContext(world), tenantId: world.a.id, clientId: world.app.client_id },
      { valid: true, permissions: ['projects.read'], error: '' },
    ],
    no: (world) => [
      { rawContext: platformContext(world, 'another'), tenantId: world.a.id, clientId: world.app.client_id },
      { valid: false, permissions: [], error: TEXT },
    ],
  },
  'PolicyService/Evaluate': evaluation(false),
  'PolicyService/DryRun': evaluation(true),
  'PolicyService/WatchPolicyUpdates': watch({
    bundleVersion: TEXT,
    bundleData: expect.any(Buffer),
    updatedAt: expect.any(Number),
  }),
  'DataGateService/Gate': gate(
    { action: 'project.get', resource: 'projects/1' },
    { action: 'project.delete', resource: 'projects/1' },
    'projects.read',
  ),
  'DataGateService/StorageGate': gate(
    { action: 'read', bucket: 'shared', objectKey: 'a.txt' },
    { action: 'write', bucket: 'shared', objectKey: 'a.txt' },
    'files.read',
  ),
  'DataGateService/DatabaseGate': gate(
    { action: 'read', collection: 'orders' },
    { action: 'read', collection: 'pg_class' },
    'orders.read',
  ),
  'DataGateService/WorkflowGate': gate(
    { action: 'read', workflowId: 'nightly' },
    { action: 'start', workflowId: 'nightly' },
    'workflows.read',
  ),
  'DataGateService/SecretGate': gate(
    { action: 'read', secretName: 'DB_PASSWORD' },
    { action: 'read', secretName: 'ANOTHER' },
    'secrets.read',
  ),
  'DataGateService/AgentSpawnGate': {
    yes: ({ tokens }) => [
      { userJwt: tokens.access_token, agentId: 'reports', capabilities: ['projects.read'], ttlSecs: 60 },
      { allowed: true, agentToken: TEXT, effectivePermissions: ['projects.read'], grantedTtlSecs: 60, error: null },
    ],
    no: (world) => [
      { userJwt: forged(world), agentId: 'reports', capabilities: ['projects.read'], ttlSecs: 60 },
      { allowed: false, agentToken: '', effectivePermissions: [], grantedTtlSecs: 0, error: PROBLEM },
    ],
  },
  'SecretsService/ResolveSecret': {
    yes: ({ a, person }) => [
      { caller: { tenantId: a.id, userId: person.user.id }, refs: [{ name: 'DB_PASSWORD' }] },
      { resolved: [{ name: 'DB_PASSWORD', value: Buffer.from('correct horse') }], error: null },
    ],
    refused: ({ a }) => [
      { caller: { tenantId: a.id, userId: 'usr-nobody' }, refs: [{ name: 'DB_PASSWORD' }] },
      [Grpc.PERMISSION_DENIED],
    ],
  },
  'JobService/SubmitJob': {
    yes: (world) => [
      { kind: 'sync/report', tenant: tenantOf(world) },
      { ...ABOUT_JOB, tenantId: world.a.id },
    ],
    refused: (world) => [{ kind: '', tenant: tenantOf(world) }, [Grpc.INVALID_ARGUMENT]],
  },
  'JobService/GetJob': job({}, ABOUT_JOB),
  'JobService/ListJobs': {
    yes: (world) => [
      { stateFilter: 'pending', limit: 1, tenant: tenantOf(world) },
      { jobs: [{ ...ABOUT_JOB, tenantId: world.a.id }], nextCursor: expect.any(String) },
    ],
    refused: (world) => [{ stateFilter: 'no such state', tenant: tenantOf(world) }, [Grpc.INVALID_ARGUMENT]],
  },
  'JobService/WatchJob': job({ fromBeginning: true }, { jobId: TEXT, ts: expect.any(Number), created: { image: '' } }),
  'JobService/GetJobLogs': job({ tailLines: 1 }, { ts: expect.any(Number), stream: 1, line: 'hello' }),
  'JobService/GetJobOutput': job({}, { files: [] }),
  'JobService/CancelJob': {
    yes: (world) => [
      { jobId: world.cancelledJobId, reason: 'enough', tenant: tenantOf(world) },
      { ...ABOUT_JOB, state: 6, finishedAt: expect.any(Number) },
    ],
    refused: ({ b, jobId }) => [{ jobId, tenant: { tenantId: b.id } }, [Grpc.NOT_FOUND]],
  },
  'AuditService/EmitAuditEvent': {
    yes: ({ a }) => [
      { action: 'document.read', tenantId: a.id, userId: 'usr-1', ...DOCUMENT },
      { eventId: TEXT, sequenceId: expect.any(Number), recordHash: TEXT, previousHash: TEXT, error: null },
    ],
    no: ({ a }) => [
      { action: '', tenantId: a.id, userId: 'usr-1', ...DOCUMENT },
      { eventId: '', sequenceId: 0, recordHash: '', previousHash: '', error: PROBLEM },
    ],
  },
  'AuditService/EmitAuthEvent': {
    yes: ({ a }) => [
      { eventId: 'evt-every-rpc', timestamp: Date.now(), tenantId: a.id, ...AUTH_EVENT },
      { accepted: true, error: null },
    ],
    no: ({ a }) => [
      { eventId: '', timestamp: Date.now(), tenantId: a.id, ...AUTH_EVENT },
      { accepted: false, error: PROBLEM },
    ],
  },
  'AuditService/QueryAudit': {
    yes: ({ a }) => [
      { tenantId: a.id, actionFilter: 'document.read', limit: 1 },
      { events: [{ tenantId: a.id, action: 'document.read', outcome: 'success', id: TEXT, recordHash: TEXT }] },
    ],
    refused: () => [{ tenantId: 'nobody' }, [Grpc.NOT_FOUND]],
  },
  'ConfigService/GetConfig': {
    yes: (world) => [
      { tenant: tenantOf(world) },
      { snapshot: { version: TEXT, values: { greeting: 'hello' }, storageBackend: 'postgres' }, error: null },
    ],
    no: () => [nobody, { snapshot: null, error: PROBLEM }],
  },
  'ConfigService/WatchConfig': watch({ version: TEXT, values: { greeting: 'hello' }, storageBackend: 'postgres' }),
  'TenantService/ResolveTenant': {
    yes: ({ a, tokens }) => [
      { token: tokens.access_token },
      { tenant: { tenantId: a.id, roles: ['member'], attributes: { slug: a.slug } }, error: null },
    ],
    no: ({ b, tokens }) => [
      { token: tokens.access_token, tenantHint: b.slug },
      { tenant: null, error: PROBLEM },
    ],
  },
  'TenantService/ValidateIsolation': {
    yes: ({ a }) => [
      { requestingTenantId: a.id, resourceTenantId: a.slug },
      { isolated: true, error: null },
    ],
    no: ({ a, b }) => [
      { requestingTenantId: a.id, resourceTenantId: b.id },
      { isolated: false, error: PROBLEM },
    ],
  },
  'RateLimitService/CheckRateLimit': {
    yes: ({ a }) => [
      { key: 'many', tenantId: a.id, limit: 5, windowSeconds: 60 },
      { allowed: true, remaining: expect.any(Number), retryAfterMs: 0, error: null },
    ],
    no: () => [
      { key: 'many', tenantId: 'nobody', limit: 5, windowSeconds: 60 },
      { allowed: false, error: PROBLEM },
    ],
  },
  'RateLimitService/ResetRateLimit': {
    yes: ({ a }) => [{ key: 'many', tenantId: a.id }, { success: true }],
    no: () => [{ key: 'many', tenantId: 'nobody' }, { success: false }],
  },
  'FlagService/EvaluateFlag': {
    yes: ({ a }) => [
      { flagKey: 'beta', tenantId: a.id, userId: 'usr-1', attributesJson: '{}' },
      { enabled: true, variant: 'on', reason: TEXT, error: null },
    ],
    no: ({ b }) => [
      { flagKey: 'beta', tenantId: b.id, userId: 'usr-1', attributesJson: '{}' },
      { enabled: false, variant: '', error: PROBLEM },
    ],
  },
  'LicenseService/CheckEntitlement': {
    yes: ({ a }) => [
      { entitlementKey: 'seats', tenantId: a.id },
      { entitled: true, numericValue: 12, expiresAt: Date.parse('2037-01-01') / 1_000, plan: 'gold', error: null },
    ],
    no: ({ a }) => [
      { entitlementKey: 'no-such-feature', tenantId: a.id },
      { entitled: false, error: PROBLEM },
    ],
  },
  'MaskingService/Mask': {
    yes: () => [{ jsonValue: '{"password":"x"}' }, { maskedJson: '{"password":"[REDACTED]"}', error: null }],
    no: () => [
      { jsonValue: '{"note":"x"}', extraPatterns: ['('] },
      { maskedJson: TEXT, error: PROBLEM },
    ],
  },
  'MaskingService/MaskString': {
    yes: () => [{ value: 'ask ada@example.com' }, { maskedValue: 'ask [REDACTED]' }],
    no: () => [{ value: 'nothing', extraPatterns: ['('] }, { maskedValue: '[REDACTED]' }],
  },
};

let world: ContractWorld;

beforeAll(async () => {
  world = await openContractWorld();
});

afterAll(() => world.close());

it('the tests call every RPC of the contract', () => {
  expect(Object.keys(ROWS).sort()).toEqual([...CONTRACT.keys()].sort());
  expect(CONTRACT.size).toBe(38);
});

describe.each(Object.entries(ROWS))('%s', (name, { yes, no, refused }) => {
  for (const [word, ask] of Object.entries({ yes, no })) {
    if (!ask) continue;
    it(`responds to a ${word} in its documented format`, async () => {
      const [request, answer] = await ask(world);
      expect(await world.client.call(name, request)).toMatchObject({ code: Grpc.OK, answer });
    });
  }

  if (refused) {
    it('refuses with a status', async () => {
      const [request, codes] = refused(world);
      const { code, answer } = await world.client.call(name, request);
      expect(answer).toBeNull();
      expect(codes).toContain(code);
    });
  }

  it('returns one uncompressed message, or a short ASCII status message and a reason', async () => {
    const [request] = refused ? refused(world) : await (no ?? yes ?? (() => [{}, {}]))(world);
    const { status, statusMessage, headers, body } = await world.client.bare(name, request);
    expect(headers['grpc-status']).toBe(String(status));
    expect(headers['grpc-encoding'] ?? 'identity').toBe('identity');
    expect(headers['content-encoding']).toBeUndefined();
    if (status === 0) return expect([body[0], body.readUInt32BE(1)]).toEqual([0, body.length - 5]);
    expect(body).toHaveLength(0);
    // Spaces arrive as %20, and TypeScript clients show them that way; programs evaluate the reason instead.
    expect(statusMessage).toMatch(/^[\x21-\x7e]+$/);
    expect(decodeURIComponent(statusMessage)).toMatch(/^[\x20-\x7e]{1,128}$/);
    if (status !== Number(Grpc.UNIMPLEMENTED)) expect(headers['x-coresdk-reason']).toMatch(/^[a-z_]+$/);
  });
});
