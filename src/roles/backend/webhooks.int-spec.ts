import { openBackend, type TestBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { call, type Call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { callFor } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant, tokenOf as tokenOfTenant } from '../../../test/support/two-tenants';
import { isSignedBy, type Received, WebhookReceiver } from '../../../test/support/webhook-receiver';
import { newId, newUlid } from '../../kernel/ids/ids';
import type { Page } from '../../kernel/lists/page';
import type { Project } from '../../modules/projects/contract/projects.types';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import type {
  Webhook,
  WebhookDelivery,
  WebhookReplay,
  WebhookTest,
  WebhookWithSecret,
} from '../../modules/webhooks/contract/webhooks.types';

let database: TestDatabase;
let core: TestCore;
let twin: TestCore;
let surface: TestBackend;
let receiver: WebhookReceiver;
let a: TestTenant;
let b: TestTenant;
let tokenA: string;
let tokenB: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const environment = { WEBHOOKS_PRIVATE_ADDRESSES: 'true' };
  core = await openAllCore(database, environment);
  await core.context.init();
  // A second process that also sends deliveries.
  twin = await openAllCore(database, environment);
  await twin.context.init();
  surface = await openBackend(core);
  receiver = await WebhookReceiver.open();
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  // This plan allows the number of projects that these tests create.
  for (const { id } of [a, b]) await core.context.get(TenantsPort).update(callFor(id), id, { plan: 'enterprise' });
  [tokenA, tokenB] = [await tokenOf(a), await tokenOf(b)];
});

afterEach(async () => {
  receiver.answer = (_received, response) => void response.writeHead(204).end();
  for (const token of [tokenA, tokenB]) {
    const { body } = await ask<Page<Webhook>>('', {}, token);
    for (const { id } of body.items) await ask(`/${id}`, { method: 'DELETE' }, token);
  }
});

afterAll(async () => {
  await surface.close();
  await Promise.all([core.close(), twin.close()]);
  await receiver.close();
  await database.drop();
});

const SCOPE = 'webhooks.read webhooks.write projects.read projects.write events.read';
const tokenOf = (tenant: TestTenant, claims: object = {}): Promise<string> =>
  tokenOfTenant(core, tenant, { scope: SCOPE, ...claims });

const ask = <T = ErrorMembers>(at: string, options: Call = {}, token = tokenA) =>
  call<T>(`${surface.url}/v1/webhooks${at}`, { token, ...options });

let paths = 0;
/** Creates a webhook with a unique path. */
async function make(members: object = {}, token = tokenA): Promise<WebhookWithSecret & { readonly path: string }> {
  paths += 1;
  const path = `/hook-${paths}`;
  const answer = await ask<WebhookWithSecret>('', { json: { url: receiver.url + path, ...members } }, token);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return { ...answer.body, path };
}

let keys = 0;
async function makeProject(token = tokenA): Promise<string> {
  keys += 1;
  const json = { key: `W${String(keys).padStart(5, '0')}`, name: `Project ${keys}` };
  const { status, body } = await call<Project>(`${surface.url}/v1/projects`, { token, json });
  expect(status).toBe(201);
  return `project/${body.id}`;
}

const makeProjects = async (count: number, token = tokenA): Promise<string[]> => {
  const made: string[] = [];
  for (let index = 0; index < count; index += 1) made.push(await makeProject(token));
  return made;
};

const subjects = (list: readonly Received[]) => list.map(({ event }) => event.subject).sort();
const get = async (id: string) => (await ask<Webhook>(`/${id}`)).body;
const deliveries = async (id: string, query = '') =>
  (await ask<Page<WebhookDelivery>>(`/${id}/deliveries?limit=500${query}`)).body.items;
/** Simulates that the time between attempts has passed. */
const hurry = (id: string) =>
  queryAs(
    database.adminUrl,
    `WITH d AS (UPDATE webhooks.deliveries SET due_at = now() WHERE webhook_id = $1 AND state = 'pending')
     UPDATE webhooks.webhooks SET due_at = now(), not_before = '-infinity' WHERE id = $1`,
    [id],
  );

describe('a webhook', () => {
  it('receives new events of its tenant, signed, each with its own ID', async () => {
    await makeProject();
    const { id, path, secret } = await make({ types: ['coresdk.project.*'] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await makeProject(tokenB);
    const made = await makeProjects(12);
    await eventually(() => expect(subjects(receiver.at(path))).toEqual([...made].sort()));
    for (const received of receiver.at(path)) {
      expect(isSignedBy(secret, received)).toBe(true);
      expect(received.headers).toMatchObject({
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'webhook-id': received.event.id,
        'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      });
      expect(received.event).toMatchObject({ specversion: '1.0', type: 'coresdk.project.created', tenantid: a.id });
    }
    await eventually(async () => {
      const told = await deliveries(id, '&status=delivered');
      expect(told).toHaveLength(made.length);
      expect(told[0]).toMatchObject({ attempts: 1, lastStatus: 204, lastError: null, nextAttemptAt: null });
    });
    expect(JSON.stringify(await ask(`/${id}`))).not.toContain(secret);
  });

  it('pauses while its tenant is suspended, and receives the waiting events upon activation', async () => {
    const tenants = core.context.get(TenantsPort);
    const [mine, theirs] = [await make({ types: ['coresdk.tenant.*'] }), await make({}, tokenB)];
    await tenants.setStatus(callFor(a.id), a.id, 'suspended');
    // Once a later event of another tenant has arrived, an event of this tenant would have arrived too.
    const later = await makeProject(tokenB);
    await eventually(() => expect(subjects(receiver.at(theirs.path))).toContain(later));
    const state = () =>
      queryAs(
        database.adminUrl,
        `SELECT d.state, d.attempts, w.leased_until FROM webhooks.deliveries d
         JOIN webhooks.webhooks w ON w.tenant_id = d.tenant_id AND w.id = d.webhook_id WHERE w.id = $1`,
        [mine.id],
      );
    expect(await state()).toEqual([{ state: 'pending', attempts: 0, leased_until: null }]);
    expect(receiver.at(mine.path)).toEqual([]);
    await tenants.setStatus(callFor(a.id), a.id, 'active');
    tokenA = await tokenOf(a);
    await eventually(() => {
      const types = receiver.at(mine.path).map(({ event }) => event.type);
      expect(types.sort()).toEqual(['coresdk.tenant.activated', 'coresdk.tenant.suspended']);
    });
  });

  it('receives only the types that it names', async () => {
    const { path } = await make({ types: ['coresdk.project.deleted', 'coresdk.webhook.*'] });
    const subject = await makeProject();
    await call(`${surface.url}/v1/${subject.replace('project', 'projects')}`, { token: tokenA, method: 'DELETE' });
    const other = await make({ types: ['coresdk.group.*'] });
    await eventually(() => {
      const types = receiver.at(path).map(({ event }) => event.type);
      expect(types.sort()).toEqual(['coresdk.project.deleted', 'coresdk.webhook.created']);
    });
    expect(receiver.at(other.path)).toEqual([]);
  });

  it('retries with the same ID when its receiver requests it, and continues once the receiver accepts deliveries', async () => {
    receiver.answer = (_received, response) => void response.writeHead(503, { 'retry-after': '3600' }).end();
    const { id, path } = await make({ types: ['coresdk.project.*'] });
    const [subject] = await makeProjects(1);
    await eventually(async () => {
      expect(await get(id)).toMatchObject({
        lastError: 'The receiver returned 503.',
        failingSince: expect.any(String),
        status: 'active',
      });
    });
    const [waiting] = await deliveries(id);
    expect(waiting).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 503 });
    expect(Date.parse(waiting?.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(3_000_000);
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    await hurry(id);
    await eventually(async () => expect((await deliveries(id))[0]).toMatchObject({ status: 'delivered' }));
    expect(await get(id)).toMatchObject({ lastError: null, failingSince: null });
    const attempts = receiver.at(path);
    expect(subjects(attempts)).toEqual([subject, subject]);
    expect(new Set(attempts.map((one) => one.id)).size).toBe(1);
  });

  it('keeps undelivered events as dead letters, which can be replayed one by one or all at once', async () => {
    receiver.answer = (_received, response) => void response.writeHead(500).end();
    const { id, path } = await make({ types: ['coresdk.project.*'] });
    await makeProjects(2);
    await eventually(async () => {
      await hurry(id);
      expect(await deliveries(id)).toHaveLength(2);
      expect((await get(id)).failingSince).not.toBeNull();
    });
    // Simulates that only the last attempt is left.
    await queryAs(database.adminUrl, 'UPDATE webhooks.deliveries SET attempts = 15 WHERE webhook_id = $1', [id]);
    await eventually(async () => {
      await hurry(id);
      expect(await deliveries(id, '&status=dead')).toHaveLength(2);
    });
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    const [first] = await deliveries(id, '&status=dead');
    const one = await ask<WebhookDelivery>(`/${id}/deliveries/${first?.id}/replay`, { method: 'POST' });
    expect([one.status, one.body]).toEqual([202, expect.objectContaining({ status: 'pending', attempts: 0 })]);
    await eventually(async () => expect(await deliveries(id, '&status=delivered')).toHaveLength(1));
    const all = await ask<WebhookReplay>(`/${id}/replay`, { method: 'POST' });
    expect([all.status, all.body]).toEqual([202, { replayed: 1 }]);
    await eventually(async () => expect(await deliveries(id, '&status=delivered')).toHaveLength(2));
    const before = receiver.at(path).length;
    // A delivered message is also sent again on request.
    await ask(`/${id}/deliveries/${first?.id}/replay`, { method: 'POST' });
    await eventually(() => expect(receiver.at(path).length).toBeGreaterThan(before));
    expect(receiver.at(path).at(-1)?.id).toBe(first?.id);
    expectError(await ask(`/${id}/deliveries/${newId('evt')}/replay`, { method: 'POST' }), 404, 'not_found');
  });

  it('is paused with an event if its receiver is gone, and receives everything when it resumes', async () => {
    receiver.answer = (_received, response) => void response.writeHead(410).end();
    const watcher = await make({ types: ['coresdk.webhook.paused'] });
    receiver.answer = ({ path }, response) => void response.writeHead(path === watcher.path ? 204 : 410).end();
    const { id, path } = await make({ types: ['coresdk.project.*'] });
    const made = await makeProjects(1);
    await eventually(async () => {
      expect(await get(id)).toMatchObject({ status: 'paused', pausedReason: 'gone' });
    });
    await eventually(() => {
      expect(receiver.at(watcher.path).map(({ event }) => event)).toMatchObject([
        { subject: `webhook/${id}`, data: { id, reason: 'gone' } },
      ]);
    });
    await eventually(async () => {
      const audited = await queryAs(
        database.adminUrl,
        `SELECT tenant_id, actor_type FROM audit.events WHERE action = 'webhook.pause' AND resource_id = $1`,
        [id],
      );
      expect(audited).toEqual([{ tenant_id: a.id, actor_type: 'system' }]);
    });
    receiver.answer = (_received, response) => void response.writeHead(204).end();
    made.push(...(await makeProjects(2)));
    await eventually(async () => expect(await deliveries(id)).toHaveLength(3));
    const failed = receiver.at(path).length;
    const resumed = await ask<Webhook>(`/${id}`, { method: 'PATCH', json: { status: 'active' } });
    expect(resumed.body).toMatchObject({ status: 'active', pausedReason: null });
    await eventually(() => expect(subjects(receiver.at(path).slice(failed))).toEqual([...made].sort()));
  });

  it('is paused if its receiver does not accept any delivery for too long', async () => {
    receiver.answer = (_received, response) => void response.writeHead(500).end();
    const { id } = await make({ types: ['coresdk.project.*'] });
    await makeProjects(1);
    await eventually(async () => expect((await get(id)).failingSince).not.toBeNull());
    await queryAs(
      database.adminUrl,
      `UPDATE webhooks.webhooks SET failing_since = now() - interval '121 hours' WHERE id = $1`,
      [id],
    );
    await eventually(async () => {
      await hurry(id);
      expect(await get(id)).toMatchObject({ status: 'paused', pausedReason: 'failing' });
    });
  });

  it('is signed with two secrets while a rotation overlaps, and then only with the new secret', async () => {
    const { id, path, secret } = await make({ types: ['coresdk.project.*'] });
    const rotated = await ask<WebhookWithSecret>(`/${id}/rotate-secret`, { json: { overlapSeconds: 600 } });
    expect(rotated.status).toBe(200);
    expect(rotated.body).toMatchObject({ version: 2, previousSecretUntil: expect.any(String) });
    const next = rotated.body.secret;
    expect(next).not.toBe(secret);
    await makeProject();
    await eventually(() => expect(receiver.at(path)).toHaveLength(1));
    const [both] = receiver.at(path);
    expect(both && [isSignedBy(secret, both), isSignedBy(next, both)]).toEqual([true, true]);
    await queryAs(database.adminUrl, 'UPDATE webhooks.webhooks SET previous_until = now() WHERE id = $1', [id]);
    await makeProject();
    await eventually(() => expect(receiver.at(path)).toHaveLength(2));
    const [, one] = receiver.at(path);
    expect(one && [isSignedBy(secret, one), isSignedBy(next, one)]).toEqual([false, true]);
    const at = await ask<WebhookWithSecret>(`/${id}/rotate-secret`, { json: { overlapSeconds: 0 } });
    expect(at.body.previousSecretUntil).toBeNull();
    const [stored] = await queryAs<{ texts: string }>(
      database.adminUrl,
      `SELECT (SELECT string_agg(w::text, ' ') FROM webhooks.webhooks AS w) || encode(sealed, 'escape') AS texts
       FROM webhooks.webhooks WHERE id = $1`,
      [id],
    );
    for (const known of [secret, next, at.body.secret]) expect(stored?.texts).not.toContain(known);
  });

  it('if it is slow, does not delay other webhooks in its own tenant or in another tenant', async () => {
    const held: (() => void)[] = [];
    const slow: Awaited<ReturnType<typeof make>>[] = [];
    for (let count = 0; count < 9; count += 1) slow.push(await make({ types: ['coresdk.project.*'] }));
    const quick = await make({ types: ['coresdk.project.*'] }, tokenB);
    const slowPaths = new Set(slow.slice(0, 6).map(({ path }) => path));
    receiver.answer = ({ path }, response) => {
      const end = (): void => void response.writeHead(204).end();
      if (slowPaths.has(path)) held.push(end);
      else end();
    };
    const made = await makeProjects(2);
    const foreign = await makeProjects(2, tokenB);
    await eventually(() => {
      for (const { path } of slow.slice(6)) expect(subjects(receiver.at(path))).toEqual([...made].sort());
      expect(subjects(receiver.at(quick.path))).toEqual([...foreign].sort());
    });
    for (const end of held) end();
    await eventually(() => {
      for (const { path } of slow.slice(0, 6)) expect(new Set(subjects(receiver.at(path)))).toEqual(new Set(made));
    });
  });

  it('does not follow redirects, and treats an endless response as a failure', async () => {
    receiver.answer = (_received, response) =>
      void response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
    const { id } = await make({ types: ['coresdk.project.*'] });
    const redirected = await ask<WebhookTest>(`/${id}/test`, { method: 'POST' });
    expect(redirected.body).toMatchObject({ delivered: false, status: 302, error: 'The receiver returned 302.' });
    expect(receiver.at('/elsewhere')).toEqual([]);
    receiver.answer = (_received, response) => void response.writeHead(200).end('x'.repeat(200_000));
    const endless = await ask<WebhookTest>(`/${id}/test`, { method: 'POST' });
    expect(endless.body).toMatchObject({ delivered: false, error: 'The response has more than 65536 bytes.' });
  });

  it('can be tested with an event that did not happen', async () => {
    const { id, path, secret } = await make();
    await ask(`/${id}`, { method: 'PATCH', json: { status: 'paused' } });
    const tried = await ask<WebhookTest>(`/${id}/test`, { method: 'POST' });
    expect(tried.body).toEqual({ delivered: true, status: 204, error: null, durationMs: expect.any(Number) });
    const [received] = receiver.at(path);
    expect(received?.event).toMatchObject({ type: 'coresdk.webhook.test', subject: `webhook/${id}`, tenantid: a.id });
    expect(received && isSignedBy(secret, received)).toBe(true);
    const closed = await ask<WebhookWithSecret>('', { json: { url: 'http://127.0.0.1:1/' } });
    const refused = await ask<WebhookTest>(`/${closed.body.id}/test`, { method: 'POST' });
    expect(refused.body).toMatchObject({
      delivered: false,
      status: null,
      error: 'The receiver refused the connection.',
    });
  });

  it('does not receive anything after its deletion, and is purged', async () => {
    receiver.answer = (_received, response) => void response.writeHead(500).end();
    const { id, path } = await make({ types: ['coresdk.project.*'] });
    await makeProjects(1);
    await eventually(async () => expect(await deliveries(id)).toHaveLength(1));
    expect((await ask(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    const sent = receiver.at(path).length;
    expectError(await ask(`/${id}`), 404, 'not_found');
    expectError(await ask(`/${id}/deliveries`), 404, 'not_found');
    await hurry(id);
    await makeProjects(1);
    await queryAs(
      database.adminUrl,
      `UPDATE webhooks.webhooks SET deleted_at = now() - interval '1 hour' WHERE id = $1`,
      [id],
    );
    const rows = () =>
      queryAs(
        database.adminUrl,
        `SELECT id FROM webhooks.webhooks WHERE id = $1
         UNION ALL SELECT event_id FROM webhooks.deliveries WHERE webhook_id = $1`,
        [id],
      );
    await eventually(async () => {
      await queryAs(database.appUrl, 'SELECT webhooks.sweep(7, 90, 1000)');
      expect(await rows()).toEqual([]);
    });
    expect(receiver.at(path).length).toBeLessThanOrEqual(sent + 1);
  });
});

describe('a request about webhooks', () => {
  it.each([
    [{}, '/url'],
    [{ url: 'ftp://example.com/' }, '/url'],
    [{ url: 'https://user:pass@example.com/' }, '/url'],
    [{ url: `https://example.com/${'x'.repeat(2_048)}` }, '/url'],
    [{ url: 'https://example.com/', types: ['project.created'] }, '/types/0'],
    [{ url: 'https://example.com/', types: 'coresdk.project.*' }, '/types'],
    [{ url: 'https://example.com/', colour: 'red' }, '/colour'],
    [{ url: 'https://example.com/', description: 'x'.repeat(501) }, '/description'],
  ])('is rejected: %j', async (json, pointer) => {
    const refused = expectError(await ask('', { json }), 400, 'invalid_request');
    expect(refused.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('must have an https URL of a public host, unless the operator has opened the private network', async () => {
    const closed = await openAllCore(database);
    const guarded = await openBackend(closed);
    for (const url of [
      'http://example.com/',
      'https://127.0.0.1/',
      'https://metadata.internal/',
      'https://[::1]/',
      'https://2130706433/',
    ]) {
      const answer = await call<ErrorMembers>(`${guarded.url}/v1/webhooks`, { token: tokenA, json: { url } });
      expect(expectError(answer, 400, 'invalid_request').errors).toMatchObject([{ pointer: '/url' }]);
    }
    // The address is checked again at each delivery.
    const { id, path } = await make();
    const tried = await call<WebhookTest>(`${guarded.url}/v1/webhooks/${id}/test`, { token: tokenA, method: 'POST' });
    expect(tried.body).toMatchObject({ delivered: false, status: null, error: 'The URL must be https.' });
    expect(receiver.at(path)).toEqual([]);
    await guarded.close();
    await closed.close();
  });

  it('is limited to one tenant and to its scopes', async () => {
    const { id } = await make();
    for (const [at, options] of [
      [`/${id}`, {}],
      [`/${id}`, { method: 'PATCH', json: { status: 'paused' } }],
      [`/${id}`, { method: 'DELETE' }],
      [`/${id}/rotate-secret`, { json: {} }],
      [`/${id}/test`, { method: 'POST' }],
      [`/${id}/replay`, { method: 'POST' }],
      [`/${id}/deliveries`, {}],
      [`/${id}/deliveries/${newId('evt')}/replay`, { method: 'POST' }],
    ] as const) {
      expectError(await ask(at, options, tokenB), 404, 'not_found');
      expectError(await ask(at.replace(id, newId('whk')), options), 404, 'not_found');
    }
    expect((await ask<Page<Webhook>>('', {}, tokenB)).body.items).toEqual([]);
    const reader = await tokenOf(a, { scope: 'webhooks.read' });
    expect((await ask(`/${id}`, {}, reader)).status).toBe(200);
    expectError(await ask(`/${id}`, { method: 'DELETE' }, reader), 403, 'forbidden');
    expectError(await ask(`/${id}`, {}, await tokenOf(a, { scope: 'webhooks.write' })), 403, 'forbidden');
  });

  it('supports entity tags, and takes effect once per idempotency key', async () => {
    const headers = { 'idempotency-key': newUlid() };
    const json = { url: `${receiver.url}/once` };
    const [first, second] = [
      await ask<WebhookWithSecret>('', { json, headers }),
      await ask<WebhookWithSecret>('', { json, headers }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expectError(await ask('', { json: { url: `${receiver.url}/other` }, headers }), 422, 'unprocessable');
    const { id } = first.body;
    const at = await ask<Webhook>(`/${id}`);
    expect(at.headers.get('etag')).toBe('"1"');
    expect((await ask(`/${id}`, { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
    const patch = (tag: string) =>
      ask<Webhook>(`/${id}`, { method: 'PATCH', json: { description: tag }, headers: { 'if-match': tag } });
    expect((await patch('"1"')).body).toMatchObject({ version: 2, description: '"1"' });
    expectError(await patch('"1"'), 412, 'precondition_failed');
    expectError(await ask(`/${id}`, { method: 'DELETE', headers: { 'if-match': '"1"' } }), 412, 'precondition_failed');
    expectError(await ask(`/${id}`, { method: 'PATCH', json: {} }), 400, 'invalid_request');
  });

  it('can create at most twenty webhooks', async () => {
    for (let count = 0; count < 20; count += 1) await make({}, tokenB);
    expectError(await ask('', { json: { url: `${receiver.url}/more` } }, tokenB), 409, 'conflict');
    const page = await ask<Page<Webhook> & { total: number }>('?limit=15&include=total', {}, tokenB);
    expect([page.body.items.length, page.body.total]).toEqual([15, 20]);
    const rest = await ask<Page<Webhook>>(`?limit=15&cursor=${page.body.nextCursor}`, {}, tokenB);
    expect([rest.body.items.length, rest.body.nextCursor]).toEqual([5, null]);
  });
});
