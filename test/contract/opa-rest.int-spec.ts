import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Secret } from '../../src/kernel/config/secret';
import type { RestSurface } from '../../src/kernel/http/rest-surface';
import { createLogger } from '../../src/kernel/telemetry/logger';
import { createOpaSurface } from '../../src/roles/sidecar/opa.surface';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { activateBundle } from '../support/policy-bundle';
import { root } from '../support/source-files';
import { openAllCore, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';
import { describeOpaRestApi, OPA_EXAMPLES, type OpaServer } from './opa-rest.suite';

const TOKEN = 'service-token-of-the-test';

/** Servers started with the same command line: ours and, to verify the suite, OPA itself if `OPA_BINARY` is set. */
const COMMANDS: readonly (readonly [string, string, readonly string[]])[] = [
  ['rego', process.execPath, [path.join(root, 'rego/dist/esm/cli/main.js')]],
  ...(process.env['OPA_BINARY'] === undefined ? [] : [['opa', process.env['OPA_BINARY'], []] as const]),
];

describe.each(COMMANDS)('%s run --server', (_name, program, first) => {
  let folder: string;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'coresdk-opa-rest-'));
    for (const [file, text] of Object.entries(OPA_EXAMPLES.modules)) writeFileSync(path.join(folder, file), text);
    writeFileSync(path.join(folder, 'data.json'), JSON.stringify(OPA_EXAMPLES.data));
    const [port] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    const args = ['run', '--server', '--addr', `127.0.0.1:${port}`, '--log-level', 'error', folder];
    server = spawn(program, [...first, ...args], { stdio: 'inherit' });
    await eventually(async () => expect((await fetch(`${url}/health`)).status).toBe(200));
  });

  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  });

  describeOpaRestApi(() => ({ url, headers: {} }));
});

describe('the sidecar', () => {
  let database: TestDatabase;
  let core: TestCore;
  let surface: RestSurface;
  let tenant: TestTenant;
  let other: TestTenant;
  let server: OpaServer;

  beforeAll(async () => {
    database = await createTestDatabase();
    // Decisions on large documents also succeed on a busy machine.
    core = await openAllCore(database, { POLICY_CPU_MS: '3000' });
    [tenant, other] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
    await activateBundle(database.adminUrl, tenant.id, OPA_EXAMPLES);
    await core.feed.catchUp();
    surface = await createOpaSurface(core.context, {
      logger: createLogger('silent', 'test'),
      grpc: {
        CORESDK_SIDECAR_ADDR: null,
        CORESDK_SERVICE_TOKEN: new Secret(TOKEN),
        CORESDK_TENANT_ID: null,
        CORESDK_LEGACY_CLIENTS: false,
      },
    });
    await surface.app.listen(0, '127.0.0.1');
    const url = await surface.app.getUrl();
    server = { url, headers: { authorization: `Bearer ${TOKEN}`, 'x-tenant-id': tenant.id } };
    await eventually(async () => expect((await document('/v1/data/authz/allow')).body).toEqual({ result: false }));
  });

  afterAll(async () => {
    await surface.close();
    await core.close();
    await database.drop();
  });

  async function document(place: string, options: RequestInit = {}, headers: Record<string, string> = {}) {
    const answer = await fetch(server.url + place, { ...options, headers: { ...server.headers, ...headers } });
    return { status: answer.status, body: (await answer.json()) as unknown };
  }

  describeOpaRestApi(() => server);

  describe('a caller', () => {
    it.each<[string, Record<string, string>]>([
      ['no token', { authorization: '' }],
      ['a different token', { authorization: 'Bearer service-token-of-nobody' }],
      ['an invalid service token', { authorization: '', 'x-service-token': 'x' }],
    ])('with %s is refused', async (_what, headers) => {
      expect(await document('/v1/data/authz/allow', {}, headers)).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      });
    });

    it('can send the token as gRPC callers do, and name the tenant by its slug', async () => {
      const headers = { authorization: '', 'x-service-token': TOKEN, 'x-tenant-id': tenant.slug };
      expect(await document('/v1/data/roles/ann', {}, headers)).toEqual({ status: 200, body: { result: ['admin'] } });
    });

    it('gets documents of the tenant that it names, and none if it does not name a tenant', async () => {
      expect(await document('/v1/data/roles', {}, { 'x-tenant-id': other.id })).toEqual({ status: 200, body: {} });
      for (const name of ['', 'nobody']) {
        const refused = await document('/v1/data/roles', {}, { 'x-tenant-id': name });
        expect(refused).toMatchObject({ status: 404, body: { code: 'resource_not_found' } });
      }
    });

    it('cannot query one tenant’s policy about a different tenant', async () => {
      const body = JSON.stringify({ input: { user: 'ann', tenant_id: other.id } });
      expect(await document('/v1/data/authz/allow', { method: 'POST', body })).toMatchObject({
        status: 403,
        body: { code: 'unauthorized' },
      });
    });
  });

  it.each([
    ['PUT', '/v1/data/roles'],
    ['PATCH', '/v1/data'],
    ['DELETE', '/v1/data/roles/ann'],
  ])('refuses %s %s, because data comes only from the bundle', async (method, place) => {
    const body = method === 'DELETE' ? {} : { body: '{}' };
    expect(await document(place, { method, ...body })).toMatchObject({
      status: 400,
      body: { code: 'invalid_parameter', message: expect.stringContaining('bundle') as unknown },
    });
  });

  it.each(['/v1/policies', '/v1/query', '/v1/compile', '/v1/config', '/nothing'])(
    'does not serve %s',
    async (place) => {
      expect(await document(place)).toMatchObject({ status: 404, body: { code: 'resource_not_found' } });
    },
  );

  it.each<[string, RequestInit, number]>([
    ['YAML', { headers: { 'content-type': 'application/x-yaml' }, body: 'input: {}' }, 400],
    ['more than 4 MiB', { body: `{"input": "${'x'.repeat(4 * 1024 * 1024)}"}` }, 400],
  ])('refuses a body of %s', async (_what, { headers, ...options }, status) => {
    const answer = await document(
      '/v1/data/authz/allow',
      { method: 'POST', ...options },
      headers as Record<string, string>,
    );
    expect(answer).toMatchObject({ status, body: { code: 'invalid_parameter' } });
  });

  it('refuses a long path, because prepared queries stay in memory', async () => {
    expect(await document(`/v1/data/authz/${'a/'.repeat(1_000)}`)).toMatchObject({ status: 400 });
  });

  it('refuses a body of escaped quotation marks in an unterminated string', async () => {
    const body = `["${'\\"'.repeat(16_374)}`;
    expect(await document('/v1/data/authz/allow', { method: 'POST', body })).toMatchObject({ status: 400 });
  });

  it('limits the length of a pretty-printed response with deep nesting', async () => {
    const body = `{"input": {"user": ${'['.repeat(400)}${'1,'.repeat(20_000)}1${']'.repeat(400)}}}`;
    const whole = await document('/v1/data/authz/echo', { method: 'POST', body });
    expect(whole.status).toBe(200);
    expect(await document('/v1/data/authz/echo?pretty', { method: 'POST', body })).toMatchObject({
      status: 500,
      body: { errors: [{ code: 'eval_cancel_error' }] },
    });
  });

  it('refuses the explain parameter and an invalid path', async () => {
    for (const place of ['/v1/data/authz/allow?explain=full', '/v1/data/a%22b'])
      expect(await document(place)).toMatchObject({ body: { code: expect.any(String) as unknown } });
    expect((await document('/v1/data/authz/allow?explain=full')).status).toBe(400);
  });

  it('reports the version of the bundle that made the decision', async () => {
    expect(await document('/v1/data/authz/allow?provenance')).toMatchObject({
      body: { provenance: { bundles: { [tenant.id]: { revision: '1' } } } },
    });
  });

  it('records the queries', async () => {
    const requestId = 'req-opa-recorded';
    const body = JSON.stringify({ input: { user: 'bob' } });
    await document(
      '/v1/data/authz/allow',
      { method: 'POST', body },
      { 'x-request-id': requestId, 'x-service-name': 'shop' },
    );
    await eventually(async () =>
      expect(
        await queryAs(
          database.adminUrl,
          'SELECT tenant_id, actor_id, resource_id, outcome, reason FROM audit.events WHERE request_id = $1',
          [requestId],
        ),
      ).toEqual([
        {
          tenant_id: tenant.id,
          actor_id: 'shop',
          resource_id: 'data.authz.allow',
          outcome: 'denied',
          reason: 'denied',
        },
      ]),
    );
  });
});
