import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { status as Grpc } from '@grpc/grpc-js';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres';
import { KEYS_TOPIC } from '../../src/modules/keys/contract/keys.types';
import { CookieBrowser } from '../support/browser-form';
import { DatabaseProxy } from '../support/database-proxy';
import { type DecisionAnswer, DecisionClient } from '../support/decision-call';
import { eventually } from '../support/eventually';
import { denies, type Fault, FAULTS, type FaultyWorld, type Gate, GATES, NO_GATES } from '../support/fail-closed-table';
import { ALL_RPCS } from '../support/grpc-client';
import { expectError } from '../support/http-client';
import { Installation } from '../support/installation';
import { platformContext } from '../support/platform-context';
import { activateBundle } from '../support/policy-bundle';
import { CALLBACK, openidClient } from '../support/relying-party';
import { assertionXml, AUDIENCE, encode, ENTITY_ID, IDP, RECIPIENT, sign } from '../support/saml';
import { signIn } from '../support/sign-in-walk';
import { queryAs } from '../support/test-database';
import { inDatabase } from '../support/test-server';

const MAX_AGE_MS = 1_500;
const SCOPES = ['projects.read', 'projects.write', 'secrets.read', 'secrets.write', 'flags.write'];
const OWNER = { email: 'owner@example.com', password: 'a password of the fail-closed tests' };
const GOOD_POLICY = 'package authz\n\nallow := true';

let folder: string;
let server: EmbeddedPostgres;
let proxy: DatabaseProxy;
let installation: Installation;
let client: DecisionClient;
let tenantId: string;
/** The values that a request needs in addition to a token. */
let world: Omit<FaultyWorld, 'token'>;
let issueToken: () => Promise<string>;
/** A token that the sidecar has validated before; it stays valid while it cannot be revoked. */
let seen: string;
/** A token that the sidecar has never validated. */
let unseen: string;

const admin = <Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> =>
  queryAs<Row>(inDatabase(server.adminUrl, 'coresdk'), sql, parameters);

async function activate(source: string): Promise<void> {
  await activateBundle(inDatabase(server.adminUrl, 'coresdk'), tenantId, { modules: { 'authz.rego': source } });
}

const publishKeys = (): Promise<unknown> =>
  admin('SELECT kernel.publish_changes($1::jsonb)', [
    JSON.stringify([{ topic: KEYS_TOPIC, tenantId: null, key: 'keys', payload: {} }]),
  ]);

/** The actions that begin and end each fault. */
const BREAK: Readonly<Record<Fault, { readonly begin: () => Promise<void>; readonly end: () => Promise<void> }>> = {
  'bad signature': nothing(),
  'deadline passed': nothing(),
  'no policy': { begin: () => activate('package authz\n\nother := true'), end: () => activate(GOOD_POLICY) },
  'engine error': {
    begin: () => activate('package authz\n\nallow := 1\n\nallow := 2 if input.action'),
    end: () => activate(GOOD_POLICY),
  },
  'audit store full': {
    async begin() {
      await admin(`
        CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON audit.events FOR EACH ROW EXECUTE FUNCTION audit.refuse()`);
    },
    async end() {
      await admin('DROP TRIGGER full_disk ON audit.events; DROP FUNCTION audit.refuse()');
    },
  },
  'no signing keys': {
    async begin() {
      // The control plane would create new ones.
      installation.process('control-plane').signal('SIGSTOP');
      await admin('CREATE TABLE public.kept AS SELECT * FROM keys.signing_keys; DELETE FROM keys.signing_keys');
      await publishKeys();
    },
    async end() {
      await admin('INSERT INTO keys.signing_keys SELECT * FROM public.kept; DROP TABLE public.kept');
      await publishKeys();
      installation.process('control-plane').signal('SIGCONT');
    },
  },
  'stale keys': silence(),
  'stale deny-list': silence(),
  'database down': {
    begin: () => server.stop(),
    async end() {
      server = await openEmbeddedPostgres({ dataDir: folder, log: () => undefined, settings: { fsync: 'off' } });
    },
  },
};

function nothing(): (typeof BREAK)[Fault] {
  return { begin: () => Promise.resolve(), end: () => Promise.resolve() };
}

function silence(): (typeof BREAK)[Fault] {
  return {
    async begin() {
      proxy.cutFeed();
      // This runs before any request: once the sidecar has validated a token, the token is no longer unseen.
      await eventually(async () => {
        expect(await missingOn('sidecar-1')).toEqual([expect.stringMatching(/^change feed: /)]);
      });
    },
    end: () => Promise.resolve(proxy.mendFeed()),
  };
}

function worldOf(fault: Fault | null): FaultyWorld {
  const token = fault === 'bad signature' ? tampered(seen) : fault === 'stale keys' ? unseen : seen;
  return { ...world, token };
}

function tampered(token: string): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return `${header}.${claims}.${(signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)}`;
}

/** Calls a gate under a fault. A call that would use up the token gets a separate token. */
async function ask(name: string, gate: Gate, fault: Fault | null, isOwnToken = false): Promise<DecisionAnswer> {
  const asked = isOwnToken ? { ...worldOf(fault), token: await issueToken() } : worldOf(fault);
  const headers = gate.headers?.(asked) ?? {};
  if (fault === 'deadline passed') return client.late(name, gate.request(asked), headers);
  return client.call(name, gate.request(asked), headers);
}

async function expectPass(name: string, gate: Gate, fault: Fault | null): Promise<void> {
  const got = await ask(name, gate, fault, gate.once === true);
  expect({ name, ...got, passes: got.answer !== null && gate.passes(got.answer, got.reason) }).toMatchObject({
    code: Grpc.OK,
    passes: true,
  });
}

const expectAllPass = async (): Promise<void> => {
  for (const [name, gate] of Object.entries(GATES)) await expectPass(name, gate, null);
};

async function missingOn(role: string): Promise<readonly string[]> {
  const answer = await fetch(`${installation.process(role).healthUrl}/readyz`, { headers: { connection: 'close' } });
  return ((await answer.json()) as { readonly missing?: readonly string[] }).missing ?? [];
}

/** Creates an app that signs contexts, and an identity provider that signs assertions. */
async function signer(adminToken: string): Promise<Pick<FaultyWorld, 'clientId' | 'newContext' | 'newAssertion'>> {
  const app = await installation.register(adminToken, { platform_context: true });
  const newContext = (): string => platformContext(app, { tenant_id: tenantId, permissions: ['projects.read'] });
  const newAssertion = (): string => encode(sign(assertionXml(Date.now())));
  return { clientId: app.client_id, newContext, newAssertion };
}

/** Returns the refresh token of a user who signed in to an app that does not rotate refresh tokens. */
async function refreshToken(adminToken: string): Promise<string> {
  const scope = 'openid offline_access projects.read';
  const app = await installation.register(adminToken, {
    declared_scopes: scope.split(' '),
    default_scopes: [],
    app_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [CALLBACK],
    refresh_rotation: false,
  });
  const party = await openidClient(installation.backendUrl, app);
  return (await signIn(party, scope, new CookieBrowser(installation.backendUrl), OWNER)).refresh;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'coresdk-closed-'));
  await chmod(folder, 0o711);
  server = await openEmbeddedPostgres({ dataDir: folder, log: () => undefined, settings: { fsync: 'off' } });
  proxy = await DatabaseProxy.open(Number(new URL(server.appUrl).port));
  installation = await Installation.start({
    layout: 'split',
    environment: {
      DATABASE_URL: proxy.through(server.appUrl),
      DATABASE_MIGRATION_URL: server.ownerUrl,
      CHANGE_FEED_MAX_AGE_MS: String(MAX_AGE_MS),
      // It does not change any response below.
      CORESDK_FAIL_MODE: 'open',
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
    },
  });
  const adminToken = await installation.adminToken();
  const app = await installation.register(adminToken, { declared_scopes: SCOPES, default_scopes: SCOPES });
  issueToken = () => installation.token(app.client_id, app.client_secret ?? '');
  [seen, unseen] = await Promise.all([issueToken(), issueToken()]);
  const [tenant] = await admin<{ id: string }>(`SELECT id FROM tenants.tenants WHERE slug = 'default'`);
  tenantId = tenant?.id ?? '';
  const put = async (address: string, method: string, json: object, token = adminToken): Promise<void> => {
    const { status, text } = await installation.controlPlane(address, { token, method, json });
    expect([address, status < 300, text]).toEqual([address, true, text]);
  };
  await put('/api/v1/secrets/GATE', 'PUT', { value: 'open sesame' });
  const principal = { type: 'client', id: app.client_id };
  await put('/api/v1/secrets/grants', 'POST', { principal, path: { provider: 'store', path: 'GATE' } });
  await put('/api/v1/flags/gate', 'PUT', { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' });
  const { controlPlaneToken, serviceToken } = installation.secrets;
  await put('/api/v1/entitlements/overrides/gate?tenant=default', 'PUT', {}, controlPlaneToken);
  const provider = { entityId: ENTITY_ID, name: 'IdP', certificates: [IDP.certificate], audience: AUDIENCE };
  await put('/api/v1/saml-providers', 'POST', { ...provider, recipients: [RECIPIENT] });
  world = { tenantId, serviceToken, ...(await signer(adminToken)), refreshToken: await refreshToken(adminToken) };
  await activate(GOOD_POLICY);
  client = new DecisionClient(installation.sidecarAddresses[0] ?? '');
  await eventually(expectAllPass);
});

afterAll(async () => {
  client?.close();
  await installation?.remove();
  await proxy?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('every unary RPC that the sidecar serves has a row in the table', async () => {
  const unary = ALL_RPCS.filter(
    ({ service, definition }) => service.startsWith('coresdk.v1.') && !definition.responseStream,
  );
  for (const { service, method, definition } of unary) {
    const name = `${service.slice('coresdk.v1.'.length)}/${method}`;
    if (name in GATES || NO_GATES.includes(name)) continue;
    const { code } = await client.call(name, definition.requestDeserialize(Buffer.alloc(0)), {});
    expect([name, Grpc[code]]).toEqual([name, 'UNIMPLEMENTED']);
  }
});

/** The stages of the backend's pipeline: the status and reason of every response, for any handler. */
const PIPELINE: Readonly<Record<Fault, readonly [status: number, reason: string]>> = {
  'bad signature': [401, 'token_signature_invalid'],
  'no policy': [503, 'no_such_rule'],
  'engine error': [503, 'evaluation_error'],
  'deadline passed': [503, 'deadline'],
  'audit store full': [503, 'audit_full'],
  'no signing keys': [503, 'keys_unknown'],
  'stale keys': [503, 'keys_stale'],
  'stale deny-list': [503, 'revocations_stale'],
  'database down': [503, 'store_unavailable'],
};

/** The entries that `/readyz` reports during each fault, by role. */
const MISSING: Partial<Readonly<Record<Fault, Readonly<Record<string, RegExp>>>>> = {
  'audit store full': { sidecar: /^audit: .*full/, 'control-plane': /^audit: .*full/ },
  'no signing keys': { sidecar: /^signing keys: / },
  'stale keys': { sidecar: /^change feed: last read \d+ s ago$/, backend: /^change feed: / },
  'stale deny-list': { sidecar: /^change feed: /, 'control-plane': /^change feed: / },
  'database down': { sidecar: /^database: /, backend: /^database: /, 'control-plane': /^database: / },
};

const projects = async (): Promise<number> =>
  Number((await admin<{ n: string }>('SELECT count(*) AS n FROM projects.projects'))[0]?.n);

describe.each(FAULTS)('with %s', (fault) => {
  const rows = Object.entries(GATES);
  const denied = rows.filter(([, gate]) => gate.denials[fault] !== undefined);
  let before: number;

  beforeAll(async () => {
    before = await projects();
    await BREAK[fault].begin();
    await eventually(async () => {
      for (const [name, gate] of denied)
        expect([name, denies(gate, await ask(name, gate, fault))]).toEqual([name, true]);
    });
  });

  afterAll(async () => {
    await BREAK[fault].end();
    // The same token is still accepted, because denied calls had no effect.
    await eventually(async () => {
      await expectAllPass();
      expect((await installation.backend('/v1/projects', { token: seen })).status).toBe(200);
    });
  });

  test.each(denied)('%s states its own reason for the denial', async (name, gate) => {
    const got = await ask(name, gate, fault);
    expect({ name, reason: got.reason, denies: denies(gate, got) }).toEqual({
      name,
      reason: gate.denials[fault],
      denies: true,
    });
  });

  const others = rows.filter(([, gate]) => gate.denials[fault] === undefined && fault !== 'database down');
  if (others.length > 0) {
    test.each(others)('%s is unaffected and still passes', (name, gate) => expectPass(name, gate, fault));
  }

  describe('the pipeline', () => {
    const isLate = fault === 'deadline passed';
    const [status, reason] = PIPELINE[fault];

    const answers = async (): Promise<void> => {
      const { token } = worldOf(fault);
      const created = { json: { key: 'GATE', name: 'Gate' } };
      for (const options of [{}, created]) {
        const answer = await installation.backend('/v1/projects', { token, ...options });
        const body = expectError(answer, status, status === 401 ? 'unauthorized' : 'unavailable');
        expect(body.reason).toBe(reason);
        if (status === 503) expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      }
    };

    beforeAll(async () => {
      // A sidecar that hangs: the backend waits until its limit.
      if (isLate) installation.process('sidecar-1').signal('SIGSTOP');
      await eventually(answers);
    });

    afterAll(() => {
      if (isLate) installation.process('sidecar-1').signal('SIGCONT');
    });

    test('denies each call with its reason, and has no effect', async () => {
      await answers();
      if (fault !== 'database down') expect(await projects()).toBe(before);
    });

    const named = Object.entries(MISSING[fault] ?? {});
    if (named.length > 0) {
      test.each(named)('reports one missing dependency in /readyz of the %s', async (role, words) => {
        await eventually(async () => {
          const missing = await missingOn(role === 'sidecar' ? 'sidecar-1' : role);
          expect(missing).toEqual([expect.stringMatching(words)]);
        });
      });
    }
  });
});

test('a sidecar that is down also causes denials, and the backend reports it', async () => {
  await installation.process('sidecar-1').kill();
  await eventually(async () => {
    const answer = await installation.backend('/v1/projects', { token: seen });
    expect(expectError(answer, 503, 'unavailable').reason).toBe('sidecar_unavailable');
    expect(await missingOn('backend')).toEqual([expect.stringMatching(/^sidecar: no response at 127/)]);
  });
  await installation.launch();
  await eventually(expectAllPass);
});

test('CORESDK_FAIL_MODE=open does not allow any of these calls, and each use of the setting is counted and logged', async () => {
  const denied = await client.call('AuthService/ValidateToken', { token: seen }, {});
  expect(denied.code).toBe(Grpc.OK);
  const backend = installation.process('backend');
  const metrics = await (await fetch(`${backend.healthUrl}/metrics`)).text();
  expect(metrics).toMatch(
    /coresdk_fail_open_decisions_total\{method="pipeline\/project\.list",reason="audit_full"\} [1-9]/,
  );
  expect(metrics).toMatch(/coresdk_outage_denials_total\{method="pipeline\/project\.create",reason="deadline"\} [1-9]/);
  expect(installation.process('sidecar-1').log).toMatch(
    /CORESDK_FAIL_MODE=open would have let through \d+ unavailable decisions/,
  );
});
