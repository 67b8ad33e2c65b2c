import { makePerson } from '../../../test/support/people';
import { callFor } from '../../../test/support/secrets';
import { openAllCore, openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant } from '../../../test/support/two-tenants';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { DirectoryGroupsPort } from './contract/directory-groups.port';
import { GroupsPort } from './contract/groups.port';
import { groupMemberQuery, groupPatch, groupQuery, newGroup } from './contract/groups.types';
import { MembershipsPort } from './contract/memberships.port';
import { UsersPort } from './contract/users.port';

let database: TestDatabase;
let core: TestCore;
let sidecar: TestCore;
let groups: GroupsPort;
let a: string;
let b: string;
let ada: string;
let bob: string;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  sidecar = await openSidecarCore(database);
  groups = core.context.get(GroupsPort);
  [a, b] = [(await makeTenant(core, 'a')).id, (await makeTenant(core, 'b')).id];
  [ada, bob] = [(await makePerson(core, a)).user.id, (await makePerson(core, b)).user.id];
});

afterAll(async () => {
  await sidecar.close();
  await core.close();
  await database.drop();
});

let names = 0;
const make = async (members: object = {}, tenantId = a) =>
  groups.create(callFor(tenantId), newGroup.parse({ displayName: `Group ${++names}`, ...members }));
const membership = async (userId: string, tenantId = a) => {
  await sidecar.feed.catchUp();
  return sidecar.context.get(MembershipsPort).ofUser(tenantId, userId);
};

describe('membership of a group that grants a role', () => {
  const byApp = (tenantId: string, ...scopes: string[]): CallContext => ({
    ...callFor(tenantId),
    actor: { type: 'service', id: 'app-groups' },
    appId: 'app-groups',
    isPlatformAdmin: false,
    scopes,
  });
  let tenant: string;
  const roleOf = async (userId: string) => (await core.context.get(UsersPort).find(tenant, userId))?.role;

  beforeAll(async () => {
    tenant = (await makeTenant(core, 'rule')).id;
    const rules = [
      { group: 'Admins', role: 'admin' as const },
      { group: 'Guests', role: 'viewer' as const },
    ];
    await core.context.get(DirectoryGroupsPort).setRoles(callFor(tenant), { rules, defaultRole: 'member' }, null);
  });

  it('cannot be changed with only groups.write', async () => {
    const user = (await makePerson(core, tenant)).user.id;
    const admin = (await makePerson(core, tenant, 'admin')).user.id;
    const call = byApp(tenant, 'groups.write');
    const add = (displayName: string, members: string[]) =>
      groups.create(call, newGroup.parse({ displayName, members }));
    const refused = { code: 'forbidden' };
    await expect(add('ADMINS', [user])).rejects.toMatchObject(refused);
    const admins = await make({ displayName: 'Admins', members: [admin] }, tenant);
    await expect(groups.addMember(call, admins.id, user)).rejects.toMatchObject(refused);
    await expect(groups.removeMember(call, admins.id, admin)).rejects.toMatchObject(refused);
    await expect(groups.update(call, admins.id, { displayName: 'Others' }, null)).rejects.toMatchObject(refused);
    await expect(groups.remove(call, admins.id, null)).rejects.toMatchObject(refused);
    const guests = await add('Guests', [user]);
    expect(await roleOf(user)).toBe('viewer');
    await expect(
      groups.addMember(call, guests.id, (await makePerson(core, tenant, 'admin')).user.id),
    ).rejects.toMatchObject(refused);
    const plain = await add('Plain', [user, admin]);
    await groups.remove(call, guests.id, null);
    await expect(groups.update(call, plain.id, { displayName: 'admins!' }, null)).resolves.toBeDefined();
    expect([await roleOf(user), await roleOf(admin)]).toEqual(['member', 'admin']);
  });

  it('can be changed by a caller that can assign the role', async () => {
    const user = (await makePerson(core, tenant)).user.id;
    const admins = (await groups.list(callFor(tenant), groupQuery.parse({}))).items.find(
      ({ displayName }) => displayName === 'Admins',
    );
    await groups.addMember(byApp(tenant, 'groups.write', 'admin'), admins?.id ?? '', user);
    expect(await roleOf(user)).toBe('admin');
  });
});

describe('groups', () => {
  it('can be created with members, updated and read', async () => {
    const group = await make({ externalId: 'ext-1', role: 'viewer', members: [ada, ada] });
    expect(group).toMatchObject({ externalId: 'ext-1', role: 'viewer', members: [ada], memberCount: 1 });
    const changed = await groups.update(
      callFor(a),
      group.id,
      groupPatch.parse({ displayName: 'Renamed', externalId: null }),
      [group.version],
    );
    expect(changed).toMatchObject({ displayName: 'Renamed', externalId: null, role: 'viewer', members: [ada] });
    await expect(groups.update(callFor(a), group.id, { role: null }, [group.version])).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    expect(await groups.get(callFor(a), group.id)).toEqual(changed);
  });

  it('have unique names and external ids in a tenant, ignoring the case of names', async () => {
    await make({ displayName: 'Straße', externalId: 'ext-2' });
    await expect(make({ displayName: 'STRAßE' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(make({ externalId: 'ext-2' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(make({ displayName: 'Straße', externalId: 'ext-2' }, b)).resolves.toBeDefined();
  });

  it('accept only users of their tenant', async () => {
    await expect(make({ members: [ada, bob] })).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/members/1' }],
    });
    const group = await make();
    for (const userId of [bob, newId('usr'), 'x', '__proto__'])
      await expect(groups.addMember(callFor(a), group.id, userId)).rejects.toMatchObject({ code: 'not_found' });
    await groups.addMember(callFor(a), group.id, ada);
    await groups.addMember(callFor(a), group.id, ada);
    expect((await groups.members(callFor(a), group.id, groupMemberQuery.parse({}))).items).toMatchObject([
      { userId: ada },
    ]);
  });

  it('are not visible to other tenants', async () => {
    const group = await make({ members: [ada] });
    const other = callFor(b);
    await expect(groups.get(other, group.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(groups.update(other, group.id, {}, null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(groups.remove(other, group.id, null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(groups.addMember(other, group.id, bob)).rejects.toMatchObject({ code: 'not_found' });
    await expect(groups.members(other, group.id, groupMemberQuery.parse({}))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await groups.list(other, groupQuery.parse({ limit: 500 }))).items.map(({ id }) => id)).not.toContain(
      group.id,
    );
  });

  it('are listed by name (ignoring case) and by role, with totals and with cursors bound to their list', async () => {
    const { id: c } = await makeTenant(core, 'c');
    for (const [displayName, role] of [
      ['beta', 'viewer'],
      ['Alpha', 'admin'],
      ['Gamma', 'viewer'],
    ] as const) {
      await make({ displayName, role }, c);
    }
    const list = (asked: object) => groups.list(callFor(c), groupQuery.parse(asked));
    const names = async (asked: object) => (await list(asked)).items.map(({ displayName }) => displayName);
    expect(await names({})).toEqual(['beta', 'Alpha', 'Gamma']);
    expect(await names({ sort: 'displayName' })).toEqual(['Alpha', 'beta', 'Gamma']);
    expect(await names({ sort: '-displayName', role: 'viewer' })).toEqual(['Gamma', 'beta']);
    const first = await list({ sort: 'displayName', limit: 2, include: 'total' });
    expect(first).toMatchObject({ total: 3, nextCursor: expect.any(String) });
    const cursor = first.nextCursor ?? '';
    expect(await names({ sort: 'displayName', cursor })).toEqual(['Gamma']);
    for (const other of [{}, { sort: '-displayName' }, { sort: 'displayName', role: 'viewer' }]) {
      await expect(list({ ...other, cursor })).rejects.toMatchObject({ fields: [{ pointer: '/cursor' }] });
    }
  });

  it('list their members in pages with cursors bound to the group', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => makePerson(core, a)));
    const ids = people.map(({ user }) => user.id).sort();
    const [group, other] = [await make({ members: ids }), await make({ members: ids })];
    const page = (groupId: string, asked: object) => groups.members(callFor(a), groupId, groupMemberQuery.parse(asked));
    const first = await page(group.id, { limit: 2, include: 'total' });
    expect(first.total).toBe(3);
    const cursor = first.nextCursor ?? '';
    const rest = await page(group.id, { cursor });
    expect([...first.items, ...rest.items].map(({ userId }) => userId)).toEqual(ids);
    await expect(page(other.id, { cursor })).rejects.toMatchObject({ fields: [{ pointer: '/cursor' }] });
  });

  it('count members correctly under concurrent changes', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => makePerson(core, a)));
    const group = await make();
    await Promise.all(people.map(({ user }) => groups.addMember(callFor(a), group.id, user.id)));
    await Promise.all(people.slice(0, 4).map(({ user }) => groups.removeMember(callFor(a), group.id, user.id)));
    expect((await groups.get(callFor(a), group.id)).memberCount).toBe(6);
  });

  it('record each change', async () => {
    const group = await make();
    const context = callFor(a);
    await groups.addMember(context, group.id, ada);
    const rows = await queryAs(
      database.adminUrl,
      `SELECT action FROM audit.events WHERE request_id = $1
       UNION SELECT payload->>'action' FROM kernel.outbox WHERE payload->>'requestId' = $1`,
      [context.requestId],
    );
    expect(rows).toEqual([{ action: 'group.admit' }]);
  });
});

describe('memberships', () => {
  it('are up to date in another process', async () => {
    const eve = (await makePerson(core, a)).user.id;
    expect(await membership(eve)).toEqual({ isActive: true, groups: [] });
    const group = await make({ members: [eve] });
    expect(await membership(eve)).toEqual({ isActive: true, groups: [group.id] });
    await groups.removeMember(callFor(a), group.id, eve);
    expect((await membership(eve)).groups).toEqual([]);
    await groups.addMember(callFor(a), group.id, eve);
    expect((await membership(eve)).groups).toEqual([group.id]);
    await groups.remove(callFor(a), group.id, null);
    expect((await membership(eve)).groups).toEqual([]);
  });

  it('are empty for suspended or unknown users, and for users of other tenants', async () => {
    const eve = (await makePerson(core, a)).user.id;
    await core.context.get(UsersPort).setStatus(callFor(a), eve, 'suspended');
    expect((await membership(eve)).isActive).toBe(false);
    for (const userId of [bob, newId('usr'), 'x', ''])
      expect(await membership(userId)).toEqual({ isActive: false, groups: [] });
  });

  it('report which groups exist', async () => {
    const group = await make();
    const memberships = sidecar.context.get(MembershipsPort);
    await sidecar.feed.catchUp();
    expect(await memberships.existing(a, [group.id, newId('grp'), 'x'])).toEqual([group.id]);
    expect(await memberships.existing(b, [group.id])).toEqual([]);
  });
});
