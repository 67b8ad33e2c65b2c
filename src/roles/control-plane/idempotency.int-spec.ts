import { type Answer, call, expectError } from '../../../test/support/http-client';
import { makePerson } from '../../../test/support/people';
import { putSecret } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Readiness } from '../../kernel/health/readiness';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { AuditPort } from '../../modules/audit/contract/audit.port';
import { AuditSinksPort } from '../../modules/audit-sinks/contract/audit-sinks.port';
import { auditEvent } from '../../modules/audit/contract/audit.types';
import { createControlPlaneSurface } from './control-plane.surface';

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  const serviceToken = core.settings.role.CONTROL_PLANE_TOKEN;
  if (serviceToken === null) throw new Error('The test core has no service token.');
  surface = await createControlPlaneSurface(core.context, {
    readiness: new Readiness(),
    logger: core.logger,
    serviceToken,
    trustedProxies: new Set(),
  });
  await surface.app.listen(0, '127.0.0.1');
  url = await surface.app.getUrl();
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

/** Paths that name their tenant, or do not concern a tenant. */
const TENANTLESS = /^(tenants|keys|secrets\/rewrap)/;
const post = (path: string, key: string, json: object, tenant = a): Promise<Answer<Record<string, unknown>>> =>
  call(`${url}/api/v1/${path}${TENANTLESS.test(path) ? '' : `?tenant=${tenant.id}`}`, {
    token: core.settings.role.CONTROL_PLANE_TOKEN?.reveal() ?? '',
    json,
    headers: { 'idempotency-key': key },
  });

/** Each POST that creates something, with two different bodies. */
const MAKERS: readonly [path: string, json: object, other: object][] = [
  ['apps', { name: 'Shop' }, { name: 'Shop 2' }],
  ['scopes', { name: 'invoices.read', description: 'x' }, { name: 'invoices.write', description: 'x' }],
  ['tenants', { slug: 'once-only', name: 'Once' }, { slug: 'once-more', name: 'Once' }],
  [
    'audit/sinks',
    { name: 'Hook', kind: 'webhook', url: 'https://siem.example/in' },
    { name: 'Hook 2', kind: 'webhook', url: 'https://siem.example/in' },
  ],
];

describe('an idempotency key at the control plane', () => {
  it.each(MAKERS)('replays a repeated POST of %s, including secrets shown only once', async (path, json, other) => {
    const key = `make-${path}`;
    const first = await post(path, key, json);
    expect([first.status, first.text, first.headers.get('idempotent-replayed')]).toEqual([
      201,
      expect.any(String),
      null,
    ]);
    const again = await post(path, key, json);
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expectError(await post(path, key, other), 422, 'unprocessable');
    const recorded = await queryAs<{ action: string }>(
      database.adminUrl,
      'SELECT action FROM audit.events WHERE request_id = $1',
      [again.requestId],
    );
    expect(recorded).toEqual([{ action: 'idempotency.replay' }]);
  });

  it('returns the same secret for a repeated rotation, and rotates it only once', async () => {
    const { body: app } = await post('apps', 'rotated-app', { name: 'Rotated' });
    const path = `apps/${String(app['client_id'])}/rotate-secret`;
    const first = await post(path, 'rotation', { overlap_seconds: 60 });
    const again = await post(path, 'rotation', { overlap_seconds: 60 });
    expect(first.body['client_secret']).toMatch(/^cs_/);
    expect(again.text).toBe(first.text);
    const [secrets] = await queryAs<{ count: number }>(
      database.adminUrl,
      'SELECT count(*)::int AS count FROM apps.secrets WHERE client_id = $1',
      [app['client_id']],
    );
    expect(secrets?.count).toBe(2);
  });

  it('is separate for each tenant that the caller acts for', async () => {
    const json = { name: 'Of each' };
    const [one, two] = [await post('apps', 'shared', json), await post('apps', 'shared', json, b)];
    expect(two.headers.get('idempotent-replayed')).toBeNull();
    expect(one.body['client_id']).not.toBe(two.body['client_id']);
  });

  it('has one effect for fifty concurrent requests', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('apps', 'fifty', { name: 'Fifty' })));
    expect([...new Set(answers.map(({ status, text }) => `${status} ${text}`))]).toHaveLength(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  });

  it('rotates a masking key only once, and restores each version only once', async () => {
    const put = (path: string, json: object) =>
      call(`${url}/api/v1/${path}?tenant=${a.id}`, {
        method: 'PUT',
        token: core.settings.role.CONTROL_PLANE_TOKEN?.reveal() ?? '',
        json,
      });
    for (const value of ['one', 'two']) expect((await put('config/greeting', { value })).status).toBe(200);
    const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
    for (const defaultVariant of ['on', 'off']) {
      expect((await put('flags/gate', { ...flag, defaultVariant })).status).toBeLessThan(300);
    }
    for (const [path, json, counted] of [
      ['masking/rotate-key', {}, 'SELECT count(*)::int AS count FROM masking.keys WHERE tenant_id = $1'],
      ['config/revert', { version: 1 }, 'SELECT count(*)::int AS count FROM config.versions WHERE tenant_id = $1'],
      ['flags/revert', { version: 1 }, 'SELECT count(*)::int AS count FROM flags.versions WHERE tenant_id = $1'],
      [
        'flags/scheduled',
        { at: new Date(Date.now() + 86_400_000).toISOString(), change: { op: 'disable', key: 'gate' } },
        'SELECT count(*)::int AS count FROM flags.scheduled WHERE tenant_id = $1',
      ],
    ] as const) {
      const count = async () => (await queryAs<{ count: number }>(database.adminUrl, counted, [a.id]))[0]?.count;
      const first = await post(path, `again-${path}`, json);
      expect([path, first.status < 300, first.text]).toEqual([path, true, expect.any(String)]);
      const made = await count();
      const again = await post(path, `again-${path}`, json);
      expect([again.status, again.text]).toEqual([first.status, first.text]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect([path, await count()]).toEqual([path, made]);
    }
  });

  it('rotates keys, suspends and activates tenants, and starts background work only once', async () => {
    await putSecret(core, a.id, 'SEALED', 'x');
    for (const [path, json, counted] of [
      ['keys/rotate', { emergency: true }, 'SELECT string_agg(kid, $1 ORDER BY kid) AS state FROM keys.signing_keys'],
      ['secrets/data-key/rotate', {}, 'SELECT count(*)::text AS state FROM sealing.tenant_keys WHERE tenant_id = $1'],
      ['secrets/data-key/reseal', {}, 'SELECT $1 AS state'],
      ['secrets/rewrap', {}, 'SELECT $1 AS state'],
      [`tenants/${b.slug}/suspend`, {}, 'SELECT max(xmin::text) || $1 AS state FROM tenants.tenants'],
      [`tenants/${b.slug}/activate`, {}, 'SELECT max(xmin::text) || $1 AS state FROM tenants.tenants'],
    ] as const) {
      const state = async () => (await queryAs<{ state: string }>(database.adminUrl, counted, [a.id]))[0]?.state;
      await repeated(path, json, state);
    }
  });

  it('retries dead letters only once, and erases a person only once', async () => {
    const sink = { name: 'Dead', kind: 'webhook', url: 'https://siem.example/in' };
    const { body } = await post('audit/sinks', 'dead-sink', sink);
    // While the sink is paused, no record is retried, so marked records stay marked.
    await core.context.get(AuditSinksPort).setPaused(systemContext('req-x', a.id), String(body['id']), true);
    const letter = `INSERT INTO audit_sinks.dead_letters (tenant_id, sink_id, sequence, record_id, reason, failed_at)
      VALUES ($1, $2, $3, 'aud-x', 'refused', now())`;
    await queryAs(database.adminUrl, letter, [a.id, body['id'], 1]);
    await repeated(`audit/sinks/${String(body['id'])}/dead-letters/replay`, {}, async () => {
      // A record that was added in the meantime is not among the records of the first call.
      const sql = `SELECT count(*) FILTER (WHERE replay) AS state FROM audit_sinks.dead_letters`;
      const [row] = await queryAs<{ state: string }>(database.adminUrl, sql);
      await queryAs(database.adminUrl, `${letter} ON CONFLICT DO NOTHING`, [a.id, body['id'], 2]);
      return row?.state;
    });
    const { user } = await makePerson(core, a.id);
    const person = user.id;
    await core.context
      .get(AuditPort)
      .record(
        systemContext('req-person', a.id),
        auditEvent(
          { ...systemContext('req-person', a.id), actor: { type: 'user', id: person }, ip: '192.0.2.7' },
          { action: 'x.y', resourceType: 'x', resourceId: 'x' },
          Date.now(),
        ),
      );
    // An event that is not yet in the log would create a new key.
    await eventually(async () => expect(await queryAs(database.adminUrl, 'SELECT FROM kernel.outbox')).toEqual([]));
    await repeated('audit/erasures', { person }, async () => {
      const sql = `SELECT count(*)::text AS state FROM audit.persons WHERE tenant_id = $1`;
      return (await queryAs<{ state: string }>(database.adminUrl, sql, [a.id]))[0]?.state;
    });
  });

  it('activates a policy only once, and restores a policy only once', async () => {
    const put = (text: string, query = '') =>
      call(`${url}/api/v1/tenants/${a.id}/policy${query}`, {
        method: 'PUT',
        token: core.settings.role.CONTROL_PLANE_TOKEN?.reveal() ?? '',
        body: `package tenant\n\nimport rego.v1\n\n${text}\n`,
        headers: { 'content-type': 'text/plain' },
      });
    const versions = async () =>
      (
        await queryAs<{ state: string }>(
          database.adminUrl,
          `SELECT (SELECT count(*) FROM policy.versions v WHERE v.tenant_id = h.tenant_id) || '/' || active_version AS state
           FROM policy.heads h WHERE tenant_id = $1`,
          [a.id],
        )
      )[0]?.state;
    expect((await put('one := 1')).status).toBeLessThan(300);
    expect((await put('two := 2', '?stage=true')).status).toBeLessThan(300);
    const activated = await repeated(`tenants/${a.id}/policy/activate`, { version: 2 }, versions);
    expect(activated.headers.get('etag')).not.toBeNull();
    await repeated(`tenants/${a.id}/policy/rollback`, {}, versions);
    expect(await versions()).toBe('3/3');
  });
});

/** Sends the same request twice with the same key: the replay returns the first response and has no effect. @returns the replay. */
async function repeated(
  path: string,
  json: object,
  state: () => Promise<unknown>,
): Promise<Answer<Record<string, unknown>>> {
  const first = await post(path, `again-${path}`, json);
  expect([path, first.status < 300, first.text]).toEqual([path, true, expect.any(String)]);
  const made = await state();
  const again = await post(path, `again-${path}`, json);
  expect([path, again.status, again.text]).toEqual([path, first.status, first.text]);
  expect([path, again.headers.get('idempotent-replayed')]).toEqual([path, 'true']);
  expect([path, await state()]).toEqual([path, made]);
  return again;
}
