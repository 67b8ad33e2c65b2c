import { freePorts } from '../../../test/support/free-ports';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import type { RestSurface } from '../../kernel/http/rest-surface';
import { newUlid } from '../../kernel/ids/ids';
import { createBackendSurface } from './backend.surface';
import { ProjectsPort } from '../../modules/projects/contract/projects.port';
import { newProject, type Project, projectPatch } from '../../modules/projects/contract/projects.types';

interface Listed {
  readonly items: readonly Project[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

let database: TestDatabase;
let core: TestCore;
let surface: RestSurface;
let url: string;
let a: TestTenant;
let b: TestTenant;
let token: string;
let tokenOfB: string;
let made = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await createBackendSurface(core.context, {
    logger: core.logger,
    controlPlane: () => {
      throw new Error('Nothing here is for the control plane.');
    },
    trustedProxies: new Set(),
  });
  const [port] = await freePorts(1);
  await surface.app.listen(port ?? 0, '127.0.0.1');
  url = `http://127.0.0.1:${port}/v1/projects`;
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  [token, tokenOfB] = [await tokenOf(a), await tokenOf(b)];
}, 60_000);

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const tokenOf = async (tenant: TestTenant): Promise<string> =>
  signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), scope: 'projects.read projects.write' });

const newKey = (): string => `K${++made}`;

const send = <T = Project>(path: string, options: Call = {}): Promise<Answer<T>> =>
  call<T>(`${url}${path}`, { token, ...options });

const create = async (json: object = {}, options: Call = {}): Promise<Project> => {
  const answer = await send('', { json: { key: newKey(), name: 'A project', ...json }, ...options });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
};

const audited = ({ requestId }: Answer<unknown>) =>
  queryAs<{ action: string; outcome: string; metadata: object }>(
    database.adminUrl,
    'SELECT action, outcome, metadata FROM audit.events WHERE request_id = $1',
    [requestId],
  );

describe('a project', () => {
  it('has the fields that it was made with, who made it, and a version as its entity tag', async () => {
    const input = {
      key: newKey(),
      name: 'Launch',
      description: 'To the moon',
      status: 'active',
      priority: 'high',
      startDate: '2026-01-31',
      endDate: '2026-12-31',
      budget: 1_234_567.89,
      labels: ['a', 'b'],
    };
    const answer = await send('', { json: input });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    const { id, createdAt, updatedAt, ...rest } = answer.body;
    const own = { ownerId: a.clientId, createdBy: a.clientId, updatedBy: a.clientId };
    expect(rest).toEqual({ ...input, ...own, version: 1, deletedAt: null });
    expect([id, createdAt]).toEqual([expect.stringMatching(/^prj-/), updatedAt]);
    expect((await send(`/${id}`)).body).toEqual(answer.body);
  });

  it('is changed in what a patch names, and in nothing else', async () => {
    const before = await create({ startDate: '2026-02-01', labels: ['x'] });
    const patch = { name: 'Renamed', budget: 5, startDate: null };
    const answer = await send(`/${before.id}`, { method: 'PATCH', json: patch });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"2"']);
    expect(answer.body).toEqual({ ...before, ...patch, version: 2, updatedAt: answer.body.updatedAt });
    expect(answer.body.updatedAt >= before.updatedAt).toBe(true);
    expect(await audited(answer)).toEqual([
      { action: 'project.update', outcome: 'success', metadata: { members: ['name', 'startDate', 'budget'] } },
    ]);
  });

  it('cannot end before it starts, whichever of the days is changed', async () => {
    const { id } = await create({ startDate: '2026-02-02', endDate: '2026-02-03' });
    for (const json of [{ endDate: '2026-02-01' }, { startDate: '2026-02-04' }]) {
      const answer = await send(`/${id}`, { method: 'PATCH', json });
      expect(expectError(answer, 400, 'invalid_request').errors?.[0]?.pointer).toBe('/endDate');
    }
  });

  it('has a key that no other of the tenant has, until it is deleted', async () => {
    const key = newKey();
    const { id } = await create({ key });
    expectError(await send('', { json: { key, name: 'Another' } }), 409, 'conflict');
    const other = await create();
    expectError(await send(`/${other.id}`, { method: 'PATCH', json: { key } }), 409, 'conflict');
    expect((await send('', { token: tokenOfB, json: { key, name: 'Of b' } })).status).toBe(201);
    expect((await send(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    await create({ key });
    expectError(await send(`/${id}/restore`, { method: 'POST' }), 409, 'conflict');
  });

  it('can be restored after it was deleted, and is not found meanwhile', async () => {
    const { id } = await create();
    const restored = () => send(`/${id}/restore`, { method: 'POST' });
    expectError(await restored(), 404, 'not_found');
    expect((await send(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    for (const options of [{}, { method: 'DELETE' }, { method: 'PATCH', json: { name: 'x' } }]) {
      expectError(await send(`/${id}`, options), 404, 'not_found');
    }
    const deleted = await send<Listed>('?deleted=true&limit=500');
    expect(deleted.body.items.map((item) => item.id)).toContain(id);
    expect((await restored()).body).toMatchObject({ id, deletedAt: null, version: 3 });
    expect((await send(`/${id}`)).status).toBe(200);
  });

  it('cannot be restored after 30 days', async () => {
    const { id } = await create();
    await send(`/${id}`, { method: 'DELETE' });
    const sql = `UPDATE projects.projects SET deleted_at = now() - interval '30 days' WHERE id = $1`;
    await queryAs(database.adminUrl, sql, [id]);
    expectError(await send(`/${id}/restore`, { method: 'POST' }), 404, 'not_found');
  });

  it('of another tenant is not found, whatever is done to it', async () => {
    const { id } = await create();
    for (const [path, options] of [
      [`/${id}`, {}],
      [`/${id}`, { method: 'DELETE', headers: { 'if-match': '"1"' } }],
      [`/${id}`, { method: 'PATCH', json: { name: 'Mine' }, headers: { 'if-match': '"9"' } }],
      [`/${id}/restore`, { method: 'POST' }],
    ] as const) {
      expectError(await send(path, { ...options, token: tokenOfB }), 404, 'not_found');
    }
    expect((await send(`/${id}`)).body).toMatchObject({ id, version: 1 });
  });
});

describe('conditions', () => {
  it('If-None-Match gives 304 without a body while nothing has changed', async () => {
    const { id } = await create();
    for (const tags of ['"1"', 'W/"1"', '"5", "1"', '*']) {
      const answer = await send(`/${id}`, { headers: { 'if-none-match': tags } });
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', '"1"']);
    }
    expect((await send(`/${id}`, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });

  it('If-Match lets through what is current, and nothing else: 412, and nothing has changed', async () => {
    const { id } = await create();
    const patch = (tags: string) =>
      send(`/${id}`, { method: 'PATCH', json: { name: `After ${tags.length}` }, headers: { 'if-match': tags } });
    for (const tags of ['"2"', 'W/"1"', '"x"', '1', '""']) {
      expectError(await patch(tags), 412, 'precondition_failed');
    }
    expect((await send(`/${id}`)).body.version).toBe(1);
    expect((await patch('"1"')).body.version).toBe(2);
    expect((await patch('*')).body.version).toBe(3);
    expect((await patch('"1", "3"')).body.version).toBe(4);
    const remove = (tags: string) => send(`/${id}`, { method: 'DELETE', headers: { 'if-match': tags } });
    expectError(await remove('"3"'), 412, 'precondition_failed');
    expect((await remove('"4"')).status).toBe(204);
  });

  it('lose no update in a thousand pairs of writers', async () => {
    const port = core.context.get(ProjectsPort);
    const context = systemContext('req-1', a.id);
    const { id } = await port.create(context, newProject.parse({ key: newKey(), name: 'Raced' }));
    for (let version = 1; version <= 1_000; version++) {
      const write = (label: string) => port.update(context, id, projectPatch.parse({ labels: [label] }), [version]);
      const results = await Promise.allSettled([write('one'), write('two')]);
      const won = results.filter((result) => result.status === 'fulfilled');
      const lost = results.filter((result) => result.status === 'rejected');
      expect(won.map(({ value }) => value.version)).toEqual([version + 1]);
      expect(lost.map(({ reason }) => (reason as { code?: unknown }).code)).toEqual(['precondition_failed']);
      // What is kept is what the one that was told so has written.
      if (version % 100 === 0) expect(await port.get(context, id)).toEqual(won[0]?.value);
    }
    expect((await port.get(context, id)).version).toBe(1_001);
  }, 120_000);
});

describe('Idempotency-Key', () => {
  const keyed = (key: string, json: object, more: Call = {}) =>
    send('', { json, ...more, headers: { 'idempotency-key': key } });

  it('makes a repeated POST one, and the answer says so', async () => {
    const json = { key: newKey(), name: 'Once' };
    const first = await keyed('one', json);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    const again = await keyed('"one"', json);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect([again.text, again.headers.get('etag')]).toEqual([first.text, '"1"']);
    // What was done once is recorded once.
    expect(await audited(first)).toMatchObject([{ action: 'project.create' }]);
    expect(await audited(again)).toEqual([
      { action: 'idempotency.replay', outcome: 'success', metadata: { action: 'project.create' } },
    ]);
  });

  it('with another body is 422, and nothing is made', async () => {
    const json = { key: newKey(), name: 'First' };
    await keyed('two', json);
    expectError(await keyed('two', { ...json, name: 'Second' }), 422, 'unprocessable');
    const { id } = await create();
    const restore = await send(`/${id}/restore`, { method: 'POST', headers: { 'idempotency-key': 'two' } });
    expectError(restore, 422, 'unprocessable');
  });

  it('keeps no failure: the same key works once the fault is gone', async () => {
    const json = { key: newKey(), name: 'Late' };
    const { id } = await create({ key: json.key });
    expectError(await keyed('three', json), 409, 'conflict');
    expectError(await keyed('three', { ...json, budget: -1 }), 400, 'invalid_request');
    await send(`/${id}`, { method: 'DELETE' });
    expect((await keyed('three', json)).headers.get('idempotent-replayed')).toBeNull();
  });

  it('goes through the pipeline each time', async () => {
    const json = { key: newKey(), name: 'Guarded' };
    await keyed('four', json);
    expectError(await keyed('four', json, { token: 'not-a-token' }), 401, 'unauthorized');
    const readOnly = signToken(core, { ...claimsOf(token), jti: newUlid(), scope: 'projects.read' });
    expectError(await keyed('four', json, { token: readOnly }), 403, 'forbidden');
    // Of another tenant it is another key.
    expect((await keyed('four', json, { token: tokenOfB })).headers.get('idempotent-replayed')).toBeNull();
  });

  it.each([['two words'], ['x'.repeat(256)], [''], ['a, a']])('of the form %j is 400', async (key) => {
    expectError(await keyed(key, { key: newKey(), name: 'None' }), 400, 'invalid_request');
  });

  it('has one effect for a thousand at a time', async () => {
    const json = { key: newKey(), name: 'Thousand' };
    const statuses = new Map<string, number>();
    for (let batch = 0; batch < 20; batch++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => keyed('thousand', json)));
      for (const { status, headers } of answers) {
        const kind = `${status} ${headers.get('idempotent-replayed') ?? 'new'}`;
        statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(statuses)).toEqual({ '201 new': 1, '201 true': 999 });
    const found = await send<Listed>(`?key=${json.key}&include=total`);
    expect(found.body.total).toBe(1);
  }, 120_000);
});

describe('the list', () => {
  it('takes filters, sort and total, and refuses what it does not know by its pointer', async () => {
    const label = `label-${newUlid()}`;
    for (const [name, status] of [
      ['c', 'active'],
      ['a', 'planned'],
      ['b', 'active'],
    ]) {
      await create({ name, status, labels: [label] });
    }
    const names = async (query: string) =>
      (await send<Listed>(`?label=${label}&${query}`)).body.items.map(({ name }) => name);
    expect(await names('')).toEqual(['c', 'a', 'b']);
    expect(await names('sort=-createdAt')).toEqual(['b', 'a', 'c']);
    expect(await names('sort=name')).toEqual(['a', 'b', 'c']);
    expect(await names('status=active&sort=-name')).toEqual(['c', 'b']);
    const page = await send<Listed>(`?label=${label}&limit=2&include=total&sort=name`);
    expect(page.body).toMatchObject({ total: 3, nextCursor: expect.any(String) });
    expect(await names(`sort=name&limit=2&cursor=${page.body.nextCursor}`)).toEqual(['c']);
    const cursor = page.body.nextCursor ?? '';
    for (const [query, pointer] of [
      ['colour=red', '/colour'],
      ['sort=budget', '/sort'],
      ['status=done', '/status'],
      ['include=all', '/include'],
      [`label=${label}&sort=-name&cursor=${cursor}`, '/cursor'],
      [`sort=name&cursor=${cursor}`, '/cursor'],
    ]) {
      const { errors } = expectError(await send(`?${query}`), 400, 'invalid_request');
      expect(errors?.map((fault) => fault.pointer)).toEqual([pointer]);
    }
    expectError(await send(`?label=${label}&sort=name&cursor=${cursor}`, { token: tokenOfB }), 400, 'invalid_request');
  });
});
