import { openBackend, type TestBackend } from '../../../test/support/backend';
import { makeUser } from '../../../test/support/accounts';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import {
  claimsOf,
  makeTenant,
  signToken,
  type TestTenant,
  tokenOf as tokenOfTenant,
} from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newUlid } from '../../kernel/ids/ids';
import { ProjectAccessPort } from '../../modules/projects/contract/project-access.port';
import { ProjectsCleanupTask } from '../../modules/projects/projects-cleanup-task';
import { TenantsPort } from '../../modules/tenants/contract/tenants.port';
import type { UserRole } from '../../modules/users/contract/users.types';
import { ProjectsPort } from '../../modules/projects/contract/projects.port';
import { newProject, type Project, projectPatch } from '../../modules/projects/contract/projects.types';

interface Listed {
  readonly items: readonly Project[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

let database: TestDatabase;
let core: TestCore;
let surface: TestBackend;
let url: string;
let a: TestTenant;
let b: TestTenant;
let token: string;
let tokenOfB: string;
let made = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openBackend(core);
  url = `${surface.url}/v1/projects`;
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  for (const { id } of [a, b]) await setPlan(id, 'enterprise');
  [token, tokenOfB] = [await tokenOf(a), await tokenOf(b)];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const tokenOf = (tenant: TestTenant): Promise<string> =>
  tokenOfTenant(core, tenant, { scope: 'projects.read projects.write' });

async function setPlan(tenantId: string, plan: 'free' | 'enterprise'): Promise<void> {
  await core.context.get(TenantsPort).update(systemContext('req-1'), tenantId, { plan });
  await core.feed.catchUp();
}

/** Creates a user of tenant a with a token and the given role in the tenant. */
async function person(role: UserRole): Promise<{ readonly id: string; readonly token: string }> {
  const { id } = await makeUser(core, a.id, { role });
  const claims = { ...claimsOf(token), jti: newUlid(), sub: id, user_id: id, roles: [role] };
  return { id, token: signToken(core, claims) };
}

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
  it('has the fields from its creation, its creator, and a version as its entity tag', async () => {
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

  it('changes only in the fields that a patch names', async () => {
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

  it('cannot end before it starts, regardless of which date changes', async () => {
    const { id } = await create({ startDate: '2026-02-02', endDate: '2026-02-03' });
    for (const json of [{ endDate: '2026-02-01' }, { startDate: '2026-02-04' }]) {
      const answer = await send(`/${id}`, { method: 'PATCH', json });
      expect(expectError(answer, 400, 'invalid_request').errors?.[0]?.pointer).toBe('/endDate');
    }
  });

  it('has a key that is unique in the tenant until the project is deleted', async () => {
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

  it('is not found after its deletion, until it is restored', async () => {
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

  it('is not found from a different tenant, whatever the call', async () => {
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
  it('return 304 without a body for If-None-Match while nothing has changed', async () => {
    const { id } = await create();
    for (const tags of ['"1"', 'W/"1"', '"5", "1"', '*']) {
      const answer = await send(`/${id}`, { headers: { 'if-none-match': tags } });
      expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', '"1"']);
    }
    expect((await send(`/${id}`, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });

  it('return 412 for If-Match with an old version, and do not change anything', async () => {
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

  it('do not lose an update in a thousand pairs of concurrent writers', async () => {
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
      // The stored project is the version that the winning call wrote.
      if (version % 100 === 0) expect(await port.get(context, id)).toEqual(won[0]?.value);
    }
    expect((await port.get(context, id)).version).toBe(1_001);
  });
});

describe('Idempotency-Key', () => {
  const keyed = (key: string, json: object, more: Call = {}) =>
    send('', { json, ...more, headers: { 'idempotency-key': key } });

  it('makes a repeated POST take effect only once, and marks the response as a replay', async () => {
    const json = { key: newKey(), name: 'Once' };
    const first = await keyed('one', json);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    const again = await keyed('"one"', json);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect([again.text, again.headers.get('etag')]).toEqual([first.text, '"1"']);
    // Each action is recorded once.
    expect(await audited(first)).toMatchObject([{ action: 'project.create' }]);
    expect(await audited(again)).toEqual([
      { action: 'idempotency.replay', outcome: 'success', metadata: { action: 'project.create' } },
    ]);
  });

  it('with a different body returns 422 and does not create anything', async () => {
    const json = { key: newKey(), name: 'First' };
    await keyed('two', json);
    expectError(await keyed('two', { ...json, name: 'Second' }), 422, 'unprocessable');
    const { id } = await create();
    const restore = await send(`/${id}/restore`, { method: 'POST', headers: { 'idempotency-key': 'two' } });
    expectError(restore, 422, 'unprocessable');
  });

  it('does not store a failure: the same key works once the fault is gone', async () => {
    const json = { key: newKey(), name: 'Late' };
    const { id } = await create({ key: json.key });
    expectError(await keyed('three', json), 409, 'conflict');
    expectError(await keyed('three', { ...json, budget: -1 }), 400, 'invalid_request');
    await send(`/${id}`, { method: 'DELETE' });
    expect((await keyed('three', json)).headers.get('idempotent-replayed')).toBeNull();
  });

  it('runs the pipeline for every request', async () => {
    const json = { key: newKey(), name: 'Guarded' };
    await keyed('four', json);
    expectError(await keyed('four', json, { token: 'not-a-token' }), 401, 'unauthorized');
    const readOnly = signToken(core, { ...claimsOf(token), jti: newUlid(), scope: 'projects.read' });
    expectError(await keyed('four', json, { token: readOnly }), 403, 'forbidden');
    // In another tenant, the same value is a different key.
    expect((await keyed('four', json, { token: tokenOfB })).headers.get('idempotent-replayed')).toBeNull();
  });

  it.each([['two words'], ['x'.repeat(256)], [''], ['a, a']])('of the form %j returns 400', async (key) => {
    expectError(await keyed(key, { key: newKey(), name: 'None' }), 400, 'invalid_request');
  });

  it('has one effect for a thousand concurrent requests', async () => {
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
  });
});

describe('the list of projects', () => {
  it('supports filters, sorting and totals, and rejects unknown values with their pointer', async () => {
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

describe('the members of a project', () => {
  const put = (id: string, userId: string, role: string, options: Call = {}) =>
    send(`/${id}/members/${userId}`, { method: 'PUT', json: { role }, ...options });

  it('are added, changed, listed and removed, and each change is recorded', async () => {
    const { id } = await create();
    const [one, two] = [await person('member'), await person('viewer')];
    const added = await put(id, one.id, 'viewer');
    expect([added.status, added.body]).toEqual([
      200,
      { userId: one.id, role: 'viewer', addedAt: expect.any(String), addedBy: a.clientId },
    ]);
    await put(id, two.id, 'member');
    expect((await put(id, one.id, 'admin')).body).toMatchObject({ role: 'admin' });
    const listed = await send<{ items: { userId: string }[]; total: number }>(`/${id}/members?include=total`);
    expect(listed.body).toMatchObject({ total: 2, nextCursor: null });
    expect(listed.body.items.map(({ userId }) => userId)).toEqual([one.id, two.id]);
    const removed = await send(`/${id}/members/${one.id}`, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect(await audited(removed)).toMatchObject([{ action: 'project.member.remove', metadata: { userId: one.id } }]);
    expectError(await send(`/${id}/members/${one.id}`, { method: 'DELETE' }), 404, 'not_found');
  });

  it('are active users of the tenant other than the owner', async () => {
    const { id } = await create();
    const stranger = await makeUser(core, b.id);
    for (const userId of [stranger.id, 'usr-01jd00000000000000000000zz', a.clientId, 'nobody']) {
      expectError(await put(id, userId, 'member'), 400, 'invalid_request');
    }
    const owner = await person('member');
    await send(`/${id}/transfer`, { json: { ownerId: owner.id } });
    expectError(await put(id, owner.id, 'member'), 409, 'conflict');
    expectError(await put(id, owner.id, 'owner'), 400, 'invalid_request');
    expectError(await put('prj-01jd00000000000000000000zz', owner.id, 'member'), 404, 'not_found');
    expectError(await put(id, owner.id, 'member', { token: tokenOfB }), 404, 'not_found');
  });

  it('have the rights of their project role from the next call on, regardless of their tenant role', async () => {
    const { id } = await create();
    const { id: other } = await create();
    const viewer = await person('viewer');
    const patch = (which = id) =>
      send(`/${which}`, { method: 'PATCH', json: { description: 'x' }, token: viewer.token });
    expect((await send(`/${id}`, { token: viewer.token })).status).toBe(200);
    expectError(await patch(), 403, 'forbidden');
    await put(id, viewer.id, 'member');
    expect((await patch()).status).toBe(200);
    expectError(await patch(other), 403, 'forbidden');
    expectError(await put(id, viewer.id, 'admin', { token: viewer.token }), 403, 'forbidden');
    await put(id, viewer.id, 'admin');
    const friend = await person('viewer');
    expect((await put(id, friend.id, 'viewer', { token: viewer.token })).status).toBe(200);
    expectError(await send(`/${id}`, { method: 'DELETE', token: viewer.token }), 403, 'forbidden');
    await send(`/${id}/members/${viewer.id}`, { method: 'DELETE' });
    expectError(await patch(), 403, 'forbidden');
    await send(`/${id}/transfer`, { json: { ownerId: viewer.id } });
    expect((await send(`/${id}`, { method: 'DELETE', token: viewer.token })).status).toBe(204);
  });
});

describe('a transfer', () => {
  it('assigns the project a new owner, and keeps the previous owner as an admin', async () => {
    const { id } = await create();
    const [first, second] = [await person('member'), await person('member')];
    const transfer = (ownerId: string, headers: Record<string, string> = {}) =>
      send(`/${id}/transfer`, { json: { ownerId }, headers });
    expect((await transfer(first.id)).body).toMatchObject({ ownerId: first.id, version: 2 });
    await send(`/${id}/members/${second.id}`, { method: 'PUT', json: { role: 'viewer' } });
    expectError(await transfer(second.id, { 'if-match': '"1"' }), 412, 'precondition_failed');
    const given = await transfer(second.id, { 'if-match': '"2"', 'idempotency-key': 'transfer' });
    expect([given.status, given.headers.get('etag')]).toEqual([200, '"3"']);
    const again = await transfer(second.id, { 'if-match': '"2"', 'idempotency-key': 'transfer' });
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([given.text, 'true']);
    const { items } = (await send<{ items: object[] }>(`/${id}/members`)).body;
    expect(items).toMatchObject([{ userId: first.id, role: 'admin' }]);
    const roles = core.context.get(ProjectAccessPort);
    expect(await roles.roleOf(a.id, id, second.id)).toBe('owner');
    expect(await roles.roleOf(b.id, id, second.id)).toBeNull();
    expectError(await transfer('usr-01jd00000000000000000000zz'), 400, 'invalid_request');
  });
});

describe('an archived project', () => {
  it('can be changed only together with its status, and does not accept new items', async () => {
    const { id } = await create();
    const patch = (json: object) => send(`/${id}`, { method: 'PATCH', json });
    const open = () => core.context.get(ProjectAccessPort).assertOpen(a.id, id, '/projectId');
    await open();
    expect((await patch({ status: 'archived' })).status).toBe(200);
    expectError(await patch({ name: 'x' }), 409, 'conflict');
    await expect(open()).rejects.toMatchObject({ fields: [{ pointer: '/projectId' }] });
    expect((await patch({ status: 'active', name: 'x' })).body).toMatchObject({ name: 'x', version: 3 });
    await open();
  });
});

describe('the quota of a plan', () => {
  it('limits the number of projects per tenant exactly, even under parallel calls, and counts restored projects', async () => {
    const c = await makeTenant(core, 'c');
    await setPlan(c.id, 'free');
    const tokenOfC = await tokenOf(c);
    const make = () => send('', { token: tokenOfC, json: { key: newKey(), name: 'Bounded' } });
    const answers = await Promise.all(Array.from({ length: 12 }, make));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(3).fill(201),
      ...Array<number>(9).fill(409),
    ]);
    const [kept] = answers.filter(({ status }) => status === 201);
    const path = `/${kept?.body.id ?? ''}`;
    await send(path, { method: 'DELETE', token: tokenOfC });
    expect((await make()).status).toBe(201);
    expectError(await send(`${path}/restore`, { method: 'POST', token: tokenOfC }), 409, 'conflict');
    await setPlan(c.id, 'enterprise');
    expect((await send(`${path}/restore`, { method: 'POST', token: tokenOfC })).status).toBe(200);
  });
});

describe('the activity of a project', () => {
  it('is the project’s part of the audit log, newest first, in pages', async () => {
    const { id } = await create();
    await send(`/${id}`, { method: 'PATCH', json: { name: 'Other' } });
    const first = await send<{ items: { action: string }[]; nextCursor: string | null }>(`/${id}/activity?limit=1`);
    expect(first.body.items).toMatchObject([{ action: 'project.update', actorId: a.clientId, outcome: 'success' }]);
    expect(Object.keys(first.body.items[0] ?? {})).not.toContain('ip');
    expect(first.body.nextCursor).not.toBeNull();
    expectError(await send(`/${id}/activity`, { token: tokenOfB }), 404, 'not_found');
  });
});

describe('the cleanup', () => {
  it('purges a project and its contents after 30 days, and records it', async () => {
    const released: string[] = [];
    core.context.get(ProjectAccessPort).register({
      name: 'things',
      release: async (tenantId, projectId) => Promise.resolve(void released.push(`${tenantId} ${projectId}`)),
    });
    const [old, recent, live] = [await create(), await create(), await create()];
    const member = await person('member');
    await send(`/${old.id}/members/${member.id}`, { method: 'PUT', json: { role: 'viewer' } });
    for (const { id } of [old, recent]) await send(`/${id}`, { method: 'DELETE' });
    const sql = `UPDATE projects.projects SET deleted_at = now() - interval '31 days' WHERE id = $1`;
    await queryAs(database.adminUrl, sql, [old.id]);
    await core.context.get(ProjectsCleanupTask).sweep();
    const left = await queryAs<{ id: string }>(
      database.adminUrl,
      'SELECT id FROM projects.projects WHERE id = ANY ($1) ORDER BY id',
      [[old.id, recent.id, live.id]],
    );
    expect(left.map(({ id }) => id)).toEqual([recent.id, live.id].sort());
    expect(released).toContain(`${a.id} ${old.id}`);
    expect(released).not.toContain(`${a.id} ${recent.id}`);
    expect(await queryAs(database.adminUrl, 'SELECT FROM projects.members WHERE project_id = $1', [old.id])).toEqual(
      [],
    );
    const staged = await queryAs<{ payload: object }>(
      database.adminUrl,
      `SELECT payload FROM kernel.outbox WHERE payload->>'resourceId' = $1
       UNION ALL SELECT to_jsonb(e) FROM audit.events e WHERE resource_id = $1 AND action = 'project.purge'`,
      [old.id],
    );
    expect(staged).toHaveLength(1);
  });
});
