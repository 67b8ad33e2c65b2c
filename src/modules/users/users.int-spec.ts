import { eventually } from '../../../test/support/eventually';
import { makeUser, newEmail, recordedOf } from '../../../test/support/accounts';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { UsersPort } from './contract/users.port';
import type { NewUser } from './contract/users.types';

let database: TestDatabase;
let core: TestCore;
let other: TestCore;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  other = await openAllCore(database);
  [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
});

afterAll(async () => {
  await core.close();
  await other.close();
  await database.drop();
});

const users = (from: TestCore = core): UsersPort => from.context.get(UsersPort);
const of = (tenant: { readonly id: string }): CallContext => systemContext(newId('req'), tenant.id);
const input = (members: Partial<NewUser> = {}): NewUser => ({
  email: newEmail(),
  displayName: 'Ada',
  role: 'member',
  password: null,
  ...members,
});

describe('users', () => {
  it('are found by id and by address, ignoring case, in their tenant only', async () => {
    const email = `Ada.${newEmail()}`;
    const user = await users().create(of(a), input({ email, role: 'viewer' }));
    expect(user).toMatchObject({ tenantId: a.id, email, emailVerified: false, role: 'viewer', status: 'invited' });
    for (const from of [core, other]) {
      expect(await users(from).find(a.id, user.id)).toEqual(user);
      expect(await users(from).findByEmail(a.id, email.toUpperCase())).toEqual(user);
      expect(await users(from).find(b.id, user.id)).toBeNull();
      expect(await users(from).findByEmail(b.id, email)).toBeNull();
    }
    expect(await users().find(a.id, 'usr-nonsense')).toBeNull();
  });

  it('have a unique address in their tenant, ignoring case, and a different tenant can use the same address', async () => {
    const email = newEmail();
    await users().create(of(a), input({ email }));
    for (const taken of [email, email.toUpperCase()]) {
      await expect(users().create(of(a), input({ email: taken }))).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await users().create(of(b), input({ email }))).toMatchObject({ tenantId: b.id });
  });

  it('are created once when twenty requests in two processes create the same user concurrently', async () => {
    const email = newEmail();
    const made = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => users(i % 2 ? core : other).create(of(a), input({ email }))),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are recorded when created, but not when refused', async () => {
    const [made, refused] = [of(a), of(a)];
    const user = await users().create(made, input());
    await expect(users().create(refused, input({ email: user.email }))).rejects.toMatchObject({ code: 'conflict' });
    expect(await recordedOf(database, made.requestId)).toMatchObject([
      { action: 'user.create', outcome: 'success', resource_id: user.id, tenant_id: a.id },
    ]);
    expect(await recordedOf(database, refused.requestId)).toEqual([]);
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example.com\r\nBcc: x@example.com',
    `${'a'.repeat(250)}@example.com`,
  ])('cannot have the address %j', async (email) => {
    await expect(users().create(of(a), input({ email }))).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/email' }],
    });
  });

  it('cannot have a password that is too short or equals the address', async () => {
    const email = newEmail();
    for (const password of ['short', email]) {
      await expect(users().create(of(a), input({ email, password }))).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
  });

  it('can be suspended and activated; the change reaches every process and is recorded', async () => {
    const user = await makeUser(core, a.id);
    expect(await users(other).find(a.id, user.id)).toMatchObject({ status: 'active' });
    const [suspends, activates] = [of(a), of(a)];
    expect(await users().setStatus(suspends, user.id, 'suspended')).toMatchObject({ status: 'suspended' });
    expect(await users().find(a.id, user.id)).toMatchObject({ status: 'suspended' });
    await eventually(async () => {
      expect(await users(other).find(a.id, user.id)).toMatchObject({ status: 'suspended' });
    });
    expect(await users().setStatus(of(a), user.id, 'suspended')).toMatchObject({ status: 'suspended' });
    expect(await users().setStatus(activates, user.id, 'active')).toMatchObject({ status: 'active' });
    expect(await recordedOf(database, suspends.requestId)).toMatchObject([
      { action: 'user.suspend', resource_id: user.id },
    ]);
    expect(await recordedOf(database, activates.requestId)).toMatchObject([
      { action: 'user.activate', resource_id: user.id },
    ]);
  });

  it('that are unknown or belong to a different tenant cannot be suspended', async () => {
    const user = await makeUser(core, a.id);
    for (const [context, id] of [
      [of(b), user.id],
      [of(a), newId('usr')],
    ] as const) {
      await expect(users().setStatus(context, id, 'suspended')).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await users().find(a.id, user.id)).toMatchObject({ status: 'active' });
  });
});

describe('the last active owner', () => {
  it('cannot be suspended, unless another owner is active', async () => {
    const tenant = await makeTenant(core, 'c');
    expect(await users().hasOwner(tenant.id)).toBe(false);
    const [first, second] = [
      await makeUser(core, tenant.id, { role: 'owner' }),
      await makeUser(core, tenant.id, { role: 'owner' }),
    ];
    expect(await users().hasOwner(tenant.id)).toBe(true);
    await users().setStatus(of(tenant), first.id, 'suspended');
    const context = of(tenant);
    await expect(users().setStatus(context, second.id, 'suspended')).rejects.toMatchObject({ code: 'conflict' });
    expect(await users().find(tenant.id, second.id)).toMatchObject({ status: 'active' });
    expect(await recordedOf(database, context.requestId)).toEqual([]);
    await users().setStatus(of(tenant), first.id, 'active');
    await users().setStatus(of(tenant), second.id, 'suspended');
  });

  it('is found without counting invited owners or owners of other tenants', async () => {
    const tenant = await makeTenant(core, 'd');
    const owner = await makeUser(core, tenant.id, { role: 'owner' });
    await makeUser(core, tenant.id, { role: 'owner', password: null });
    await makeUser(core, tenant.id, { role: 'admin' });
    await makeUser(core, a.id, { role: 'owner' });
    await expect(users().setStatus(of(tenant), owner.id, 'suspended')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('remains active when all owners are suspended concurrently in two processes', async () => {
    for (let round = 0; round < 5; round++) {
      const tenant = await makeTenant(core, 'e');
      const owners = [];
      for (let i = 0; i < 4; i++) owners.push(await makeUser(core, tenant.id, { role: 'owner' }));
      const results = await Promise.allSettled(
        owners.map(({ id }, i) => users(i % 2 ? core : other).setStatus(of(tenant), id, 'suspended')),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    }
  });
});
