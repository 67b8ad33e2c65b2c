import { status as Grpc } from '@grpc/grpc-js';
import { eventually } from '../../../test/support/eventually';
import { GrpcClient } from '../../../test/support/grpc-client';
import { openAllCore, openSidecarSurface, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, suspendTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { AppError } from '../../kernel/errors/app-error';
import type { GateResponse } from '../../kernel/grpc/generated/coresdk/v1/datagate';
import { newId } from '../../kernel/ids/ids';
import { PolicyBundlesPort } from '../policy/contract/policy-bundles.port';
import { SecretAccessPort } from '../secrets/contract/secret-access.port';
import { newSecretGrant } from '../secrets/contract/secret-access.types';
import { SecretsPort } from '../secrets/contract/secrets.port';

const NONE = { ifMatch: null, ifNoneMatch: null };

let database: TestDatabase;
let core: TestCore;
let surface: { readonly address: string; readonly close: () => Promise<void> };
let client: GrpcClient;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  // The first decision that uses a policy compiles it, and the machine may be busy with other work.
  core = await openAllCore(database, { POLICY_CPU_MS: '3000', AUDIENCES: 'https://api.example.com' });
  surface = await openSidecarSurface(core);
  client = new GrpcClient(surface.address);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  client.close();
  await surface.close();
  await core.close();
  await database.drop();
});

/** Returns a token of a tenant's application with changed claims. */
async function tokenOf(tenant: TestTenant, members: Readonly<Record<string, unknown>>): Promise<string> {
  return signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newId('req').slice(4), ...members });
}

const withScope = (tenant: TestTenant, scope: string): Promise<string> => tokenOf(tenant, { scope });

const ask = (rpc: string, request: object): Promise<GateResponse> => client.call('DataGateService', rpc, request);

const codeOf = ({ allowed, error }: GateResponse): string | undefined =>
  allowed ? 'allowed' : error?.extensions['reason'];

/** For each gate, a request that the gate allows with this scope. */
const FINE: readonly (readonly [rpc: string, scope: string, request: object])[] = [
  ['Gate', 'projects.read', { action: 'project.get', resource: 'project/1' }],
  ['StorageGate', 'files.read', { action: 'read', bucket: 'shared', objectKey: 'reports/2026.pdf' }],
  ['DatabaseGate', 'database.read', { action: 'read', collection: 'orders', queryJson: '{"open":true}' }],
  ['WorkflowGate', 'workflows.write', { action: 'execute', workflowId: 'wfl-1', inputJson: '{}' }],
  ['SecretGate', 'secrets.write', { action: 'rotate', secretName: 'DB_PASSWORD', provider: '' }],
];

describe.each(FINE)('%s', (rpc, scope, request) => {
  it('allows tokens with sufficient scopes and returns their rights', async () => {
    const token = await withScope(a, `${scope} flags.read`);
    const yes = { allowed: true, reason: '', permissions: [scope, 'flags.read'], error: null };
    expect(await ask(rpc, { token, ...request })).toEqual(yes);
    expect(await ask(rpc, { token: `Bearer ${token}`, tenant: { tenantId: a.slug }, ...request })).toEqual(yes);
  });

  it('refuses tokens without the scope, with only a reason', async () => {
    const refused = await ask(rpc, { token: await withScope(a, 'flags.read'), ...request });
    expect(refused).toMatchObject({ allowed: false, permissions: [], error: { status: 403 } });
    expect(refused.reason).not.toBe('');
  });

  it.each<[string, () => Promise<string>, string]>([
    ['no token', async () => '', 'token_malformed'],
    ['a token that this installation did not issue', async () => 'eyJhbGciOiJub25lIn0.e30.', 'token_signature_invalid'],
    ['an expired token', () => tokenOf(a, { scope, exp: 1_700_000_000 }), 'token_expired'],
  ])('refuses %s', async (_name, token, code) => {
    expect(codeOf(await ask(rpc, { token: await token(), ...request }))).toBe(code);
  });

  it('refuses a token of a tenant other than the one named', async () => {
    const token = await withScope(a, scope);
    expect(codeOf(await ask(rpc, { token, tenant: { tenantId: b.id }, ...request }))).toBe('tenant_mismatch');
  });

  it('responds to invalid request bytes', async () => {
    const answer = await client.raw(`/coresdk.v1.DataGateService/${rpc}`, Buffer.from([0xff, 0xff, 0xff]));
    expect(answer.code).toBe(Grpc.OK);
  });
});

describe('gates', () => {
  it.each<[string, string, object, string]>([
    ['StorageGate', 'files.read', { action: 'read', bucket: 'shared', objectKey: '../other/secret' }, 'denied'],
    ['StorageGate', 'files.read', { action: 'read', bucket: 'user', objectKey: 'a' }, 'denied'],
    ['DatabaseGate', 'database.read', { action: 'read', collection: 'orders', queryJson: '{' }, 'invalid_request'],
    [
      'DatabaseGate',
      'database.read',
      { action: 'read', collection: 'orders', queryJson: '{"tenant_id":"x"}' },
      'denied',
    ],
    ['WorkflowGate', 'workflows.write', { action: 'execute', workflowId: 'w', inputJson: 'no' }, 'invalid_request'],
    ['SecretGate', 'secrets.write', { action: 'write', secretName: 'db/x', provider: 'vault' }, 'provider_read_only'],
    ['SecretGate', 'secrets.write', { action: 'write', secretName: 'lower' }, 'invalid_request'],
    ['SecretGate', 'secrets.write', { action: 'delete', secretName: 'X' }, 'action_unknown'],
    ['SecretGate', 'secrets.read', { action: 'read', secretName: '../x' }, 'invalid_request'],
  ])('%s refuses a token with %s: %j', async (rpc, scope, request, code) => {
    expect(codeOf(await ask(rpc, { token: await withScope(a, scope), ...request }))).toBe(code);
  });

  it('isolate tenants regardless of the attributes that the caller sends', async () => {
    const token = await withScope(a, 'admin database.read files.read');
    for (const [rpc, , request] of FINE.slice(0, 4)) {
      const foreign = await ask(rpc, { token, ...request, context: { resource_tenant: b.id } });
      expect([rpc, codeOf(foreign)]).toEqual([rpc, 'tenant_wall']);
      // Verified facts take precedence over the attributes in the request.
      const posing = await ask(rpc, {
        token,
        ...request,
        context: { tenant_id: b.id, subject: 'x', resource_tenant: a.slug },
      });
      expect([rpc, codeOf(posing)]).toEqual([rpc, 'allowed']);
    }
  });

  it('for the platform’s own resources refuse tokens for a different audience', async () => {
    const token = await tokenOf(a, {
      aud: ['https://api.example.com'],
      scope: 'files.read database.read workflows.write secrets.write projects.read',
    });
    const codes: [string, string | undefined][] = [];
    for (const [rpc, , request] of FINE) codes.push([rpc, codeOf(await ask(rpc, { token, ...request }))]);
    expect(codes).toEqual([
      ['Gate', 'allowed'],
      ['StorageGate', 'token_wrong_audience'],
      ['DatabaseGate', 'allowed'],
      ['WorkflowGate', 'token_wrong_audience'],
      ['SecretGate', 'token_wrong_audience'],
    ]);
  });

  it("evaluate only the tenant's policy", async () => {
    const text = 'package coresdk.storage\ndefault allow := false\ndeny_reasons contains "closed"';
    await core.context
      .get(PolicyBundlesPort)
      .put(systemContext(newId('req'), b.id), { kind: 'module', text }, NONE, false);
    await core.feed.catchUp();
    const question = FINE[1]?.[2] ?? {};
    const refused = await ask('StorageGate', { token: await withScope(b, 'files.read'), ...question });
    expect(refused).toMatchObject({ allowed: false, reason: 'closed' });
    expect(await ask('StorageGate', { token: await withScope(a, 'files.read'), ...question })).toMatchObject({
      allowed: true,
    });
  });

  it("record refusals under the gate in the tenant's log", async () => {
    const token = await withScope(a, 'flags.read');
    await ask('DatabaseGate', { token, action: 'read', collection: 'invoices_of_a', queryJson: '{"card":"4111"}' });
    await eventually(async () => {
      const rows = await queryAs<{ row: string }>(
        database.adminUrl,
        `SELECT row_to_json(e)::text AS row FROM audit.events e WHERE tenant_id = '${a.id}'`,
      );
      const found = rows.map(({ row }) => row).filter((row) => row.includes('gate.database'));
      expect(found.join()).toContain('invoices_of_a');
      expect(found.join()).not.toContain('4111');
    });
  });

  it('record the policy revision of a refusal, and no revision if no policy was evaluated', async () => {
    const d = await makeTenant(core, 'd');
    const bundles = core.context.get(PolicyBundlesPort);
    const close = async (rules: string): Promise<void> => {
      const text = `package ${rules}\ndefault allow := false`;
      await bundles.put(systemContext(newId('req'), d.id), { kind: 'module', text }, NONE, false);
      await core.feed.catchUp();
    };
    const refuse = async ([rpc, scope, request]: (typeof FINE)[number]): Promise<void> => {
      expect(await ask(rpc, { token: await withScope(d, scope), ...request })).toMatchObject({ allowed: false });
    };
    const [resource, storage, , , secret] = FINE;
    if (!resource || !storage || !secret) throw new Error('A gate is missing.');
    await close('coresdk.storage');
    await refuse(storage);
    await close('authz');
    await refuse(resource);
    await refuse(secret);
    await refuse(['WorkflowGate', 'flags.read', { action: 'execute', workflowId: 'wfl-1', inputJson: 'no' }]);
    await eventually(async () => {
      const rows = await queryAs<{ gate: string; revision: string | null }>(
        database.adminUrl,
        `SELECT action AS gate, policy_revision AS revision FROM audit.events
         WHERE tenant_id = '${d.id}' AND action LIKE 'gate.%' ORDER BY action`,
      );
      expect(rows).toEqual([
        { gate: 'gate.resource', revision: '2' },
        { gate: 'gate.secret', revision: '2' },
        { gate: 'gate.storage', revision: '1' },
        { gate: 'gate.workflow', revision: null },
      ]);
    });
  });

  it('refuse all tokens of a suspended tenant', async () => {
    const c = await makeTenant(core, 'c');
    const token = await withScope(c, 'files.read');
    const question = FINE[1]?.[2] ?? {};
    expect(await ask('StorageGate', { token, ...question })).toMatchObject({ allowed: true });
    await suspendTenant(core, c.id);
    expect(await ask('StorageGate', { token, ...question })).toMatchObject({ allowed: false });
  });
});

describe('SecretGate', () => {
  const PLACES = ['DB_PASSWORD', 'API_TOKEN', 'ANYTHING', 'OVER'].flatMap((path) =>
    ['', 'store', 'vault', 'env'].map((provider) => ({ path, provider })),
  );

  beforeAll(async () => {
    const access = core.context.get(SecretAccessPort);
    const context = systemContext(newId('req'), a.id);
    const grants = [
      { path: { path: 'DB_PASSWORD' } },
      { path: { path: 'API_TOKEN' }, condition: { contextIdPrefix: 'chat:' } },
      { path: { path: 'OVER' }, condition: { expiresAt: '2020-01-01T00:00:00Z' } },
      { path: { provider: 'vault', path: '*' } },
    ];
    for (const grant of grants) {
      await access.grant(context, newSecretGrant.parse({ principal: { type: 'client', id: a.clientId }, ...grant }));
    }
    await core.feed.catchUp();
  });

  it.each(['', 'chat:1', 'mail:1'])('decides like secret resolution, in the context %j', async (contextId) => {
    const seen = new Set<string>();
    for (const tenant of [a, b]) {
      const token = await withScope(tenant, 'secrets.read');
      const principal = { userId: null, clientId: tenant.clientId, groups: null, entityId: null };
      for (const { path, provider } of PLACES) {
        const request = { token, action: 'read', secretName: path, provider, context: { context_id: contextId } };
        const { allowed } = await ask('SecretGate', request);
        const ref = { name: 'X', provider, path, version: '', delivery: '' as const };
        const order = { bundles: [], refs: [ref], contextId };
        const isForbidden = await core.context
          .get(SecretsPort)
          .resolve(systemContext(newId('req'), tenant.id), principal, order)
          .then(() => false)
          .catch((error: unknown) => error instanceof AppError && error.code === 'forbidden');
        expect({ path, provider, allowed }).toEqual({ path, provider, allowed: !isForbidden });
        seen.add(String(allowed));
      }
    }
    expect([...seen].sort()).toEqual(['false', 'true']);
  });

  it("also requires the route's scope", async () => {
    const request = { action: 'read', secretName: 'DB_PASSWORD' };
    expect(codeOf(await ask('SecretGate', { token: await withScope(a, 'secrets.write'), ...request }))).toBe(
      'insufficient_scope',
    );
    expect(codeOf(await ask('SecretGate', { token: await withScope(a, 'secrets.read'), ...request }))).toBe('allowed');
    expect(codeOf(await ask('SecretGate', { token: await withScope(b, 'secrets.read'), ...request }))).toBe('no_grant');
  });

  it('refuses users who do not exist', async () => {
    const token = await tokenOf(a, { scope: 'secrets.read', user_id: newId('usr'), roles: ['owner'] });
    expect(codeOf(await ask('SecretGate', { token, action: 'read', secretName: 'DB_PASSWORD' }))).toBe('no_principal');
  });
});
