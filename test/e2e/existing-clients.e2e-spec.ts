import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { http2Call } from '../support/http2-call';
import { type Answer, call, type Call } from '../support/http-client';
import { bundleOf } from '../support/make-tar';
import { type PublishedClient, publishedClients, type PythonClient } from '../support/published-clients';
import { RoleProcess } from '../support/role-process';
import { ReadMessage } from '../support/wire-bytes';

const SERVICE = 'control-plane-token-of-this-test';
const ADMIN_SECRET = 'admin-client-secret-of-this-test';
const EMAIL = 'admin@example.com';
const PASSWORD = 'correct horse battery';

let folder: string;
let program: RoleProcess;
let sidecar: string;
let controlPlane: string;
let admin: string;
let python: PythonClient;
let clients: readonly PublishedClient[];
let closeClients: () => void;

/** Starts a sidecar as Python's integration tests do (wire contract §4.3), with this test's ports and secrets. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'coresdk-clients-')));
  // If this user is root, the embedded server runs as a different user, who needs access to the folder.
  await chmod(folder, 0o711);
  const [grpc = 0, backend = 0, control = 0, health = 0] = await freePorts(4);
  sidecar = `127.0.0.1:${grpc}`;
  controlPlane = `http://127.0.0.1:${control}`;
  const own = {
    PORT: String(backend),
    CONTROL_PLANE_PORT: String(control),
    HEALTH_PORT: String(health),
    CONTROL_PLANE_TOKEN: SERVICE,
    BOOTSTRAP_CLIENT_SECRET: ADMIN_SECRET,
    BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
  };
  const bare = {
    PATH: '',
    HOME: '',
    CORESDK_SIDECAR_ADDR: sidecar,
    CORESDK_TENANT_ID: 'test',
    CORESDK_FAIL_MODE: 'open',
    CORESDK_ENV: 'development',
  };
  program = new RoleProcess('sidecar', { ...bare, ...own }, folder);
  program.launch();
  await eventually(async () => expect(await healthStatus()).toBe(1));
  await program.untilReady();
  ({ clients, python, close: closeClients } = publishedClients({ address: sidecar, tenant: 'test' }));
  const form = { grant_type: 'client_credentials' };
  const answer = await post<{ access_token: string }>('/oauth/token', { basic: ['app-admin', ADMIN_SECRET], form });
  admin = answer.body.access_token;
});

afterAll(async () => {
  closeClients();
  await program.stop();
  await rm(folder, { recursive: true, force: true });
});

async function healthStatus(): Promise<number> {
  const { status, message } = await http2Call(sidecar, '/grpc.health.v1.Health/Check', new Uint8Array());
  return status === 0 ? new ReadMessage(message).number(1) : 0;
}

function post<T = Record<string, unknown>>(path: string, options: Call): Promise<Answer<T>> {
  return call<T>(controlPlane + path, options);
}

const READ = { action: 'project.get', resource: 'projects/prj-1' };

describe('Python’s integration tests against a sidecar', () => {
  it('an invalid token yields a decision', async () => {
    expect(await python.validate({ token: 'invalid', ...READ })).toMatchObject({ allowed: false });
    expect(await python.authorize({ token: 'invalid', ...READ })).toMatchObject({ allowed: false, roles: [] });
  });

  it('evaluation of a rule without a bundle returns false', async () => {
    expect(await python.evaluate('data.coresdk.allow', {})).toBe(false);
    expect(await python.dryRun('data.coresdk.allow', {})).toBe(false);
  });

  it('a limit of 0 in a window of 0 uses the server’s default, which allows the request', async () => {
    const { allowed, remaining } = await python.rateLimit('key');
    expect(allowed).toBe(true);
    expect(remaining).toBeGreaterThanOrEqual(0);
  });

  it('an audit event gets an id', async () => {
    expect(await python.emit('document.read', 'usr-1', 'success', {})).toMatch(/^aud-/);
  });

  it('an unknown flag yields a decision', async () => {
    expect(await python.flag('no-such-flag', 'usr-1')).toMatchObject({ enabled: false });
  });

  it('the same process serves the clients of other languages', async () => {
    for (const client of clients) {
      expect([client.name, await client.validate({ token: admin, ...READ })]).toMatchObject([
        client.name,
        { allowed: true },
      ]);
      expect(await client.emit('document.read', 'usr-1', 'success', {})).toMatch(/^aud-/);
    }
  });

  it('legacy calls are counted, and are logged once for each layout', async () => {
    const metrics = await (await fetch(`${program.healthUrl}/metrics`)).text();
    const counted = metrics.split('\n').filter((line) => line.startsWith('coresdk_grpc_legacy_calls_total{'));
    const calls: [string, string, string][] = [
      ['typescript', 'AuditService/Emit', 'emit_short'],
      ['python', 'AuditService/Emit', 'emit'],
      ['go', 'AuthService/ValidateToken', 'raw_tenant'],
      ['java', 'AuthService/ValidateToken', 'raw_tenant'],
    ];
    for (const [client, rpc, layout] of calls) {
      const labels = [`client="${client}"`, `rpc="${rpc}"`, `layout="${layout}"`];
      expect(counted.filter((line) => labels.every((label) => line.includes(label)))).toHaveLength(1);
    }
    expect(program.log.match(/A published client .* \\"raw_tenant\\"/g)).toHaveLength(1);
    expect(program.log).not.toContain(admin);
  });
});

describe('the control plane REST API for existing clients', () => {
  it('POST /auth/login', async () => {
    const { status, body } = await post('/auth/login', { json: { email: EMAIL, password: PASSWORD } });
    const user = { sub: expect.stringMatching(/^usr-/), tenant_id: expect.stringMatching(/^tnt-/), roles: ['owner'] };
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({
        ...user,
        token: expect.any(String),
        user_name: expect.any(String),
        expires_at: expect.any(String),
      }),
    ]);
  });

  describe('POST /api/v1/auth/validate', () => {
    const validate = (json: object) => post('/api/v1/auth/validate', { json });

    it('returns every field that the existing clients read', async () => {
      const { status, body } = await validate({ token: `Bearer ${admin}`, ...READ, tenant_id: 'test' });
      const members = { allowed: true, result: true, reason: '', sub: 'app-admin', roles: [] };
      expect([status, body]).toEqual([
        200,
        {
          ...members,
          tenant_id: expect.stringMatching(/^tnt-/),
          claims: expect.objectContaining({ sub: 'app-admin' }),
        },
      ]);
      expect((await validate({ token: admin })).body).toMatchObject({ allowed: true });
    });

    it('denies in a 200 response that does not contain any part of the token', async () => {
      const nothing = { allowed: false, result: false, sub: '', tenant_id: '', roles: [], claims: {} };
      const asked: [object, string][] = [
        [{ token: 'rubbish' }, 'token_malformed'],
        [{ token: '' }, 'token_malformed'],
        [{ token: `${admin}x`, ...READ }, 'token_signature_invalid'],
        [{ token: admin, ...READ, tenant_id: 'acme-corp' }, 'tenant_mismatch'],
      ];
      for (const [json, reason] of asked) {
        const { status, body } = await validate(json);
        expect([status, body]).toEqual([200, { ...nothing, reason }]);
      }
    });

    it('asks the policy about the action', async () => {
      const app = { name: 'Reader', declared_scopes: ['projects.read'], default_scopes: ['projects.read'] };
      const made = await post<{ client_id: string; client_secret: string }>('/api/v1/apps', {
        token: admin,
        json: app,
      });
      const basic = [made.body.client_id, made.body.client_secret] as const;
      const form = { grant_type: 'client_credentials' };
      const { body: issued } = await post<{ access_token: string }>('/oauth/token', { basic, form });
      const token = issued.access_token;
      expect((await validate({ token, ...READ })).body).toMatchObject({ allowed: true });
      const denied = await validate({ token, ...READ, action: 'project.delete' });
      const reason = 'insufficient_scope: This call needs the scope "projects.write".';
      expect(denied).toMatchObject({ status: 200, body: { allowed: false, reason, claims: {} } });
    });

    it('refuses an invalid request', async () => {
      for (const json of [{}, { token: 7 }, { token: admin, action: ['read'] }, { token: 'x'.repeat(17_000) }])
        expect(await validate(json)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    });
  });

  it('PUT /api/v1/policies in both formats, then POST /api/v1/policy/evaluate in both', async () => {
    const bundle = bundleOf({ 'shop.rego': 'package shop\n\nallow if input.action == "read"\n' });
    const encoded = bundle.toString('base64');
    for (const json of [{ bundle_b64: encoded }, { bundle: encoded }]) {
      const put = (options: Call) => post('/api/v1/policies', { method: 'PUT', json, ...options });
      expect((await put({})).status).toBe(401);
      expect((await put({ token: admin })).status).toBe(200);
    }
    const evaluate = (json: object, token?: string) =>
      post('/api/v1/policy/evaluate', { json, ...(token ? { token } : {}) });
    const java = { rule: 'data.shop.allow', tenant_id: 'test' };
    const ofTenant = { tenant_id: expect.stringMatching(/^tnt-/) as unknown };
    for (const token of [admin, SERVICE]) {
      const allowed = { status: 200, body: { allowed: true, result: true, reason: '', ...ofTenant } };
      await eventually(async () =>
        expect(await evaluate({ ...java, input: { action: 'read' } }, token)).toMatchObject(allowed),
      );
      expect(await evaluate({ ...java, rule: 'shop.allow', input_json: '{"action":"read"}' }, token)).toMatchObject(
        allowed,
      );
      const denied = { status: 200, body: { allowed: false, result: false } };
      for (const json of [{ input: { action: 'write' } }, { input_json: '{' }, {}, { rule: 'no.rule' }])
        expect(await evaluate({ ...java, ...json }, token)).toMatchObject(denied);
      expect(await evaluate({ ...java, tenant_id: 'acme-corp' }, token)).toMatchObject({ status: 404 });
      const both = { input: {}, input_json: '{}' };
      expect(await evaluate({ ...java, ...both }, token)).toMatchObject({ status: 400 });
    }
    expect(await evaluate({ ...java, tenant_id: '', input: {} }, SERVICE)).toMatchObject({ status: 400 });
    expect(await evaluate({ rule: 'shop.allow', input: { action: 'read' } }, admin)).toMatchObject({
      body: { allowed: true },
    });
    for (const token of [undefined, 'a.b.c']) {
      const refused = { status: 200, body: { allowed: false, result: false, tenant_id: '' } };
      expect(await evaluate({ ...java, input: { action: 'read' } }, token)).toMatchObject(refused);
    }
  });

  it('GET /api/v1/flags and GET /health', async () => {
    const json = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
    await post('/api/v1/flags/beta', { method: 'PUT', token: admin, json });
    const flags = await call(`${controlPlane}/api/v1/flags`, { token: admin });
    expect(flags).toMatchObject({ status: 200, body: { flags: [{ key: 'beta', enabled: true }] } });
    const refused = { flags: [], version: 0, allowed: false, reason: expect.any(String) as unknown };
    expect(await call(`${controlPlane}/api/v1/flags`)).toMatchObject({ status: 200, body: refused });
    expect((await call(`${controlPlane}/health`)).body).toEqual({ status: 'ok' });
  });
});
