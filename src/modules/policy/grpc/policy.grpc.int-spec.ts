import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials, Metadata, status as Grpc } from '@grpc/grpc-js';
import { eventually } from '../../../../test/support/eventually';
import { ALL_RPCS, GrpcClient } from '../../../../test/support/grpc-client';
import { activateBundle } from '../../../../test/support/policy-bundle';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../../test/support/two-tenants';
import type { PolicyBundleUpdate, PolicyEvaluateResponse } from '../../../kernel/grpc/generated/coresdk/v1/policy';

let database: TestDatabase;
let core: TestCore;
let surface: { readonly address: string; readonly close: () => Promise<void> };
let service: GrpcClient;
let stranger: GrpcClient;
let a: TestTenant;
let b: TestTenant;

const BUNDLE = {
  modules: {
    'app.rego': 'package app\n\ndefault allow := false\n\nallow if input.n == 1',
    'perm.rego':
      'package cyberpod.resource_permission\n\ndecide := {"decision": "deny", "reason_code": "acl_denied", "safe_http_status": 451, "decision_id": "pdec_1", "obligations": {"audit": true}}',
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  stranger = new GrpcClient(surface.address);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  await activateBundle(database.adminUrl, a.id, BUNDLE);
  await core.feed.catchUp();
});

afterAll(async () => {
  service.close();
  stranger.close();
  await surface.close();
  await core.close();
  await database.drop();
});

const evaluate = (request: object, method = 'Evaluate', client = service) =>
  client.call<PolicyEvaluateResponse>('PolicyService', method, request);

describe('Evaluate', () => {
  it('decides for the tenant that a service names by id or slug, with and without "data."', async () => {
    for (const tenantId of [a.id, a.slug]) {
      for (const rule of ['data.app.allow', 'app.allow']) {
        expect(await evaluate({ rule, inputJson: '{"n":1}', tenant: { tenantId } })).toEqual({
          result: true,
          reason: '',
          dryRun: false,
          error: null,
          resourcePerm: null,
        });
      }
    }
  });

  it('returns a plain false without a problem', async () => {
    expect(await evaluate({ rule: 'app.allow', inputJson: '{}', tenant: { tenantId: a.id } })).toEqual({
      result: false,
      reason: 'data.app.allow is false.',
      dryRun: false,
      error: null,
      resourcePerm: null,
    });
  });

  it.each<[string, object, number, string]>([
    ['an unknown rule', { rule: 'app.nothing' }, 404, 'no_such_rule'],
    ['no rule', { rule: '' }, 400, 'invalid_request'],
    ['an overlong rule', { rule: 'a'.repeat(5_000) }, 400, 'invalid_request'],
    ['an input that is not JSON', { inputJson: '{' }, 400, 'invalid_input'],
    ['an input that names a different tenant', { inputJson: '{"tenant_id":"globex"}' }, 403, 'tenant_wall'],
    ['an unknown tenant', { tenant: { tenantId: 'nobody' } }, 404, 'not_found'],
    ['no tenant', { tenant: null }, 404, 'not_found'],
  ])('returns false and a problem for %s', async (_name, members, status, reason) => {
    const request = { rule: 'app.allow', inputJson: '{"n":1}', tenant: { tenantId: a.id }, ...members };
    expect(await evaluate(request)).toMatchObject({
      result: false,
      reason: expect.stringMatching(/./),
      error: { status, extensions: { reason } },
    });
  });

  it("does not apply one tenant's rules to other tenants", async () => {
    expect(await evaluate({ rule: 'app.allow', inputJson: '{"n":1}', tenant: { tenantId: b.id } })).toMatchObject({
      result: false,
      error: { extensions: { reason: 'no_such_rule' } },
    });
  });

  it('denies callers other than services', async () => {
    const request = { rule: 'app.allow', inputJson: '{"n":1}', tenant: { tenantId: a.id } };
    for (const method of ['Evaluate', 'DryRun']) {
      expect(await evaluate(request, method, stranger)).toMatchObject({ result: false, error: { status: 401 } });
    }
  });

  it('responds to invalid request bytes', async () => {
    const bytes = Buffer.from([0x1a, 0x04, 0x61, 0x63, 0x6d, 0x65]);
    for (const method of ['Evaluate', 'DryRun']) {
      expect((await service.raw(`/coresdk.v1.PolicyService/${method}`, bytes)).code).toBe(Grpc.OK);
    }
  });

  it('returns the structured decision of a resource permission', async () => {
    const request = { rule: 'data.cyberpod.resource_permission.decide', inputJson: '{}', tenant: { tenantId: a.id } };
    expect(await evaluate(request)).toMatchObject({
      result: false,
      reason: 'acl_denied',
      resourcePerm: {
        decision: 'deny',
        reasonCode: 'acl_denied',
        policyVersion: '1',
        safeHttpStatus: 451,
        decisionId: 'pdec_1',
        obligations: { audit: true, maskFieldClasses: [], maxRows: 0, expiresAt: '', requiresApprovalType: '' },
      },
    });
  });
});

describe('DryRun', () => {
  it('makes the same decision and explains it', async () => {
    const request = { rule: 'app.allow', inputJson: '{"n":1}', tenant: { tenantId: a.id } };
    const answer = await evaluate(request, 'DryRun');
    expect(answer).toMatchObject({ result: true, dryRun: true, error: null });
    expect(JSON.parse(answer.reason)).toMatchObject({
      decision: { allowed: true, version: 1 },
      value: true,
      decidedBy: [{ rule: 'data.app.allow', file: 'app.rego', row: 5 }],
    });
  });

  it('explains errors', async () => {
    const answer = await evaluate({ rule: 'none', inputJson: '', tenant: { tenantId: a.id } }, 'DryRun');
    expect(answer).toMatchObject({ result: false, dryRun: true, error: { status: 404 } });
    expect(JSON.parse(answer.reason)).toMatchObject({ decision: { allowed: false, code: 'no_such_rule' } });
  });
});

describe('WatchPolicyUpdates', () => {
  const rpc = ALL_RPCS.find(({ method }) => method === 'WatchPolicyUpdates')?.definition;

  /** Returns the messages of a stream and the status with which it ended. Cancels the stream after `count` messages. */
  function watch(request: object, count: number, token: string | null = SERVICE_TOKEN) {
    if (!rpc) throw new Error('There is no such RPC.');
    const client = new Client(surface.address, credentials.createInsecure());
    const metadata = new Metadata();
    if (token !== null) metadata.set('x-service-token', token);
    const { path, requestSerialize, responseDeserialize } = rpc;
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
    const updates: PolicyBundleUpdate[] = [];
    const ended = new Promise<Grpc>((resolve) => {
      stream.on('error', () => undefined);
      stream.on('data', (update: PolicyBundleUpdate) => {
        updates.push(update);
        if (updates.length === count) stream.cancel();
      });
      stream.on('status', ({ code }: { readonly code: Grpc }) => {
        client.close();
        resolve(code);
      });
    });
    return { updates, ended };
  }

  it('sends the active bundle, then each bundle that is activated', async () => {
    const { updates, ended } = watch({ tenant: { tenantId: a.slug }, lastBundleVersion: '' }, 3);
    await eventually(() => expect(updates).toHaveLength(1));
    expect(updates[0]).toMatchObject({ bundleVersion: '1', updatedAt: expect.any(Number) });
    expect(updates[0]?.bundleData.subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    await activateBundle(database.adminUrl, a.id, BUNDLE);
    await activateBundle(database.adminUrl, a.id, BUNDLE);
    expect(await ended).toBe(Grpc.CANCELLED);
    expect(updates.map(({ bundleVersion }) => bundleVersion)).toEqual(['1', '2', '3']);
  });

  it('resumes after a version', async () => {
    const { updates, ended } = watch({ tenant: { tenantId: a.id }, lastBundleVersion: '1' }, 2);
    await ended;
    expect(updates.map(({ bundleVersion }) => bundleVersion)).toEqual(['2', '3']);
  });

  it.each<[string, object, string | null, Grpc]>([
    ['no service', {}, null, Grpc.UNAUTHENTICATED],
    ['an unknown tenant', { tenant: { tenantId: 'nobody' } }, SERVICE_TOKEN, Grpc.NOT_FOUND],
    ['no tenant', { tenant: null }, SERVICE_TOKEN, Grpc.NOT_FOUND],
    ['an invalid version', { lastBundleVersion: 'v1' }, SERVICE_TOKEN, Grpc.INVALID_ARGUMENT],
  ])('ends with an error for %s', async (_name, members, token, code) => {
    expect(await watch({ tenant: { tenantId: a.id }, lastBundleVersion: '', ...members }, 1, token).ended).toBe(code);
  });

  it('ends with an error for invalid request bytes', async () => {
    const broken = Buffer.from([0x0a, 0x7f]);
    expect(await service.stream('/coresdk.v1.PolicyService/WatchPolicyUpdates', broken).ended).toBe(
      Grpc.INVALID_ARGUMENT,
    );
  });

  it('stops listening when its client disconnects', async () => {
    const { updates, ended } = watch({ tenant: { tenantId: b.id }, lastBundleVersion: '' }, 1);
    await sleep(50);
    await activateBundle(database.adminUrl, b.id, BUNDLE);
    expect(await ended).toBe(Grpc.CANCELLED);
    await activateBundle(database.adminUrl, b.id, BUNDLE);
    await sleep(100);
    expect(updates).toHaveLength(1);
  });
});
