import { openControlPlane } from '../../../test/support/control-plane';
import { eventually } from '../../../test/support/eventually';
import { call, type Call, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant, tokenOf } from '../../../test/support/two-tenants';

const PATH = '/api/v1/managed-objects';
const CHANGE_SET = '0d9f4b5e-6f0c-4a3e-9f60-0b9b8f5f2c11';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openControlPlane>>;
let a: TestTenant;
let b: TestTenant;
let admin: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  await core.context.init();
  surface = await openControlPlane(core);
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  admin = await tokenOf(core, a, { scope: 'admin' });
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const send = (method: string, path: string, options: Partial<Call> = {}) =>
  call(`${surface.url}${path}`, { method, token: admin, ...options });
const mark = (managedBy: string, keys: readonly string[], more: object = {}) =>
  send('PUT', PATH, {
    json: { managedBy, objects: keys.map((key) => ({ kind: 'flags', key, objectId: key })), ...more },
  });
const keysOf = async (query = '') => {
  const { body } = await send('GET', `${PATH}?limit=100${query}`);
  return (body as { readonly items: readonly { readonly key: string }[] }).items.map(({ key }) => key).sort();
};

it('marks, lists by configuration and kind, and releases objects', async () => {
  expect((await mark('one', ['x', 'y'], { changeSet: CHANGE_SET })).body).toEqual({ objects: 2 });
  expect((await mark('two', ['z'])).status).toBe(200);
  expect(await keysOf()).toEqual(['x', 'y', 'z']);
  expect(await keysOf('&managedBy=one&kind=flags')).toEqual(['x', 'y']);
  expect(await keysOf('&kind=apps')).toEqual([]);
  const { body } = await send('GET', `${PATH}?managedBy=one&limit=1`);
  expect(body).toMatchObject({
    items: [{ managedBy: 'one', changeSet: CHANGE_SET }],
    nextCursor: expect.any(String) as string,
  });

  const objects = ['x', 'z', 'unknown'].map((key) => ({ kind: 'flags', key }));
  expect((await send('POST', `${PATH}/release`, { json: { managedBy: 'one', objects } })).body).toEqual({ objects: 1 });
  expect(await keysOf()).toEqual(['y', 'z']);
});

it('marks nothing if another configuration manages one of the objects, unless it is taken over', async () => {
  await mark('owner', ['taken']);
  const refused = await mark('other', ['free', 'taken']);
  expectError(refused, 409, 'conflict');
  expect(JSON.stringify(refused.body)).toContain('The configuration \\"owner\\" manages flags \\"taken\\".');
  expect(await keysOf('&managedBy=other')).toEqual([]);
  expect((await mark('other', ['free', 'taken'], { takeOver: true })).status).toBe(200);
  expect(await keysOf('&managedBy=other')).toEqual(['free', 'taken']);
});

it('refuses what is not valid', async () => {
  expectError(await mark('one', ['twice', 'twice']), 400, 'invalid_request');
  expectError(await mark('Not A Name', ['x']), 400, 'invalid_request');
  expectError(await mark('one', []), 400, 'invalid_request');
  expectError(await mark('one', ['x'], { changeSet: 'no-uuid' }), 400, 'invalid_request');
});

it('lets only a platform administrator mark a tenant itself', async () => {
  const json = { managedBy: 'platform', objects: [{ kind: 'tenants', key: a.slug, objectId: a.id }] };
  expectError(await send('PUT', PATH, { json }), 403, 'forbidden');
  expect(await keysOf('&kind=tenants')).toEqual([]);
  const token = await tokenOf(core, a, { scope: 'admin platform.admin' });
  expect((await send('PUT', PATH, { json, token })).status).toBe(200);
});

it('belongs to its tenant', async () => {
  await mark('wall', ['mine']);
  const token = await tokenOf(core, b, { scope: 'admin' });
  expect((await send('GET', PATH, { token })).body).toEqual({ items: [], nextCursor: null });
  expectError(await send('GET', `${PATH}?tenant=${a.slug}`, { token }), 404, 'not_found');
  const platform = await tokenOf(core, b, { scope: 'admin platform.admin' });
  expect((await send('GET', `${PATH}?tenant=${a.slug}&managedBy=wall`, { token: platform })).body).toMatchObject({
    items: [{ key: 'mine' }],
  });
  expectError(await send('GET', PATH, { token: await tokenOf(core, a, { scope: 'projects.read' }) }), 403, 'forbidden');
});

it('audits writes with the change set of the call', async () => {
  const headers = { 'x-change-set': CHANGE_SET };
  await send('POST', '/api/v1/scopes', { headers, json: { name: 'orders.read', description: 'Read orders' } });
  await send('PUT', PATH, {
    headers,
    json: { managedBy: 'audited', objects: [{ kind: 'scopes', key: 'orders.read', objectId: null }] },
  });
  await eventually(async () => {
    const { body } = await send('GET', `/api/v1/audit?q=${CHANGE_SET}&limit=100`);
    const { items } = body as { readonly items: readonly { readonly action: string; readonly metadata: object }[] };
    const ofSet = items.filter(({ metadata }) => 'changeSet' in metadata && metadata.changeSet === CHANGE_SET);
    expect(ofSet.map(({ action }) => action).sort()).toEqual(['configuration.mark', 'scope.create']);
  });
  expectError(await send('GET', PATH, { headers: { 'x-change-set': 'Not-A-UUID' } }), 400, 'invalid_request');
});
