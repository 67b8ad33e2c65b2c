import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { EntitlementsAdminPort } from './contract/entitlements-admin.port';
import {
  ENTITLEMENT_LIMITS,
  newLicense,
  newOverride,
  newPlan,
  storedEntityTag,
} from './contract/entitlements-admin.types';

const NONE = { ifMatch: null, ifNoneMatch: null };
const NEW = { ifMatch: null, ifNoneMatch: '*' };

let database: TestDatabase;
let core: TestCore;
let admin: EntitlementsAdminPort;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  admin = core.context.get(EntitlementsAdminPort);
});

beforeEach(async () => {
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const installation = (): CallContext => systemContext(newId('req'));
const of = ({ id }: TestTenant): CallContext => systemContext(newId('req'), id);
const plan = (members: object) => newPlan.parse(members);
const license = (members: object) => newLicense.parse(members);
const override = (members: object) => newOverride.parse(members);

describe('plans', () => {
  it('include three defaults, and can be added, changed and removed', async () => {
    const { items } = await admin.listPlans(installation(), { limit: 50 });
    expect(items.map(({ name }) => name)).toEqual(expect.arrayContaining(['enterprise', 'free', 'pro']));
    expect(await admin.getPlan(installation(), 'free')).toMatchObject({ limits: { seats: 5 }, version: 1 });
    const made = await admin.putPlan(installation(), 'silver', plan({ features: ['sso'], limits: { seats: 7 } }), NEW);
    expect(made).toMatchObject({ name: 'silver', version: 1, features: ['sso'] });
    await expect(admin.putPlan(installation(), 'silver', plan({}), NEW)).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    const ifMatch = storedEntityTag(made);
    expect(await admin.putPlan(installation(), 'silver', plan({}), { ifMatch, ifNoneMatch: null })).toMatchObject({
      version: 2,
    });
    await expect(admin.removePlan(installation(), 'silver', { ifMatch, ifNoneMatch: null })).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    await admin.removePlan(installation(), 'silver', NONE);
    await expect(admin.getPlan(installation(), 'silver')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('cannot be removed while a tenant has a license for them', async () => {
    await admin.putPlan(installation(), 'held', plan({ features: ['x'] }), NONE);
    await admin.putLicense(of(a), license({ plan: 'held' }), NONE);
    await expect(admin.removePlan(installation(), 'held', NONE)).rejects.toMatchObject({ code: 'conflict' });
    await expect(admin.removePlan(installation(), 'free', NONE)).rejects.toMatchObject({ code: 'conflict' });
    await admin.removeLicense(of(a), NONE);
    await admin.removePlan(installation(), 'held', NONE);
  });

  it('are limited in number', async () => {
    const { items } = await admin.listPlans(installation(), { limit: 500 });
    for (let n = items.length; n < ENTITLEMENT_LIMITS.maxPlans; n++)
      await admin.putPlan(installation(), `n${n}`, plan({}), NONE);
    await expect(admin.putPlan(installation(), 'too-many', plan({}), NONE)).rejects.toMatchObject({ code: 'conflict' });
    for (let n = items.length; n < ENTITLEMENT_LIMITS.maxPlans; n++)
      await admin.removePlan(installation(), `n${n}`, NONE);
  });

  it.each([
    ['', 'x'],
    ['Plan', 'x'],
    ['1st', 'x'],
    ['a/b', 'x'],
  ])('cannot be named %j', async (name) => {
    await expect(admin.putPlan(installation(), name, plan({}), NONE)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it.each([
    { features: ['a', 'a'] },
    { features: ['a'], limits: { a: 1 } },
    { limits: { a: -1 } },
    { limits: { a: 1.5 } },
    { features: ['A b'] },
    { extra: true },
    { features: Array.from({ length: 501 }, (_, index) => `f${index}`) },
  ])('cannot be %j', (members) => {
    expect(newPlan.safeParse(members).success).toBe(false);
  });
});

describe('the license and overrides of a tenant', () => {
  it("appear in the tenant's overview but not in other tenants' overviews", async () => {
    await admin.putPlan(installation(), 'gold', plan({ features: ['sso'], limits: { seats: 9, disk: null } }), NONE);
    await admin.putLicense(of(a), license({ plan: 'gold', expiresAt: '2037-01-01T00:00:00Z', note: 'order 7' }), NONE);
    await admin.putOverride(of(a), 'beta', override({}), NONE);
    await admin.putOverride(of(a), 'sso', override({ entitled: false }), NONE);
    expect(await admin.overview(of(a))).toMatchObject({
      plan: 'gold',
      licence: { note: 'order 7' },
      items: [
        { key: 'beta', entitled: true, source: 'override', expiresAt: null },
        { key: 'disk', entitled: true, limit: null, source: 'plan' },
        { key: 'seats', entitled: true, limit: 9, expiresAt: '2037-01-01T00:00:00.000Z' },
        { key: 'sso', entitled: false, reason: 'not_included' },
      ],
    });
    const other = await admin.overview(of(b));
    expect(other).toMatchObject({ plan: 'free', licence: null });
    expect(JSON.stringify(other)).not.toMatch(/gold|beta|order/);
    await expect(admin.getLicense(of(b))).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.getOverride(of(b), 'beta')).rejects.toMatchObject({ code: 'not_found' });
    await expect(admin.removeOverride(of(b), 'beta', NONE)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('can be changed only by platform administrators', async () => {
    const owner: CallContext = { ...of(a), isPlatformAdmin: false };
    const writes = [
      admin.putLicense(owner, license({ plan: 'enterprise' }), NONE),
      admin.removeLicense(owner, NONE),
      admin.putOverride(owner, 'seats', override({ limit: 999 }), NONE),
      admin.removeOverride(owner, 'seats', NONE),
    ];
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'forbidden' });
    expect(await admin.overview(owner)).toMatchObject({ plan: 'free' });
  });

  it('no longer apply after they expire', async () => {
    const past = '2020-01-01T00:00:00Z';
    await admin.putOverride(of(a), 'seats', override({ limit: 99, expiresAt: past }), NONE);
    expect(await admin.entitlement(of(a), 'seats')).toMatchObject({ entitled: true, limit: 5, source: 'plan' });
    await admin.putLicense(of(a), license({ plan: 'pro', expiresAt: past }), NONE);
    expect(await admin.entitlement(of(a), 'seats')).toMatchObject({ entitled: false, reason: 'expired' });
    expect(await admin.entitlement(of(a), 'nobody-knows')).toMatchObject({ entitled: false, reason: 'unknown_key' });
  });

  it('can be changed only with the current entity tag, and by only one of many concurrent writers', async () => {
    const first = await admin.putOverride(of(a), 'seats', override({ limit: 1 }), NEW);
    await expect(admin.putOverride(of(a), 'seats', override({ limit: 2 }), NEW)).rejects.toMatchObject({
      code: 'precondition_failed',
    });
    const ifMatch = storedEntityTag(first);
    const writers = await Promise.allSettled(
      [3, 4, 5, 6].map((limit) =>
        admin.putOverride(of(a), 'seats', override({ limit }), { ifMatch, ifNoneMatch: null }),
      ),
    );
    expect(writers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['a plan that does not exist', () => admin.putLicense(of(a), license({ plan: 'nope' }), NONE)],
    ['an invalid key', () => admin.putOverride(of(a), 'No Key', override({}), NONE)],
  ])('cannot have %s', async (_name, write) => {
    await expect(write()).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('must expire before the 32-bit time limit of public clients', () => {
    expect(newLicense.safeParse({ plan: 'pro', expiresAt: '2038-01-19T03:14:08Z' }).success).toBe(false);
    expect(newLicense.safeParse({ plan: 'pro', expiresAt: '2038-01-19T03:14:07Z' }).success).toBe(true);
    expect(newOverride.safeParse({ entitled: false, limit: 3 }).success).toBe(false);
  });

  it("are audited in the tenant's log", async () => {
    await admin.putOverride(of(a), 'seats', override({ limit: 8, note: 'a favour' }), NONE);
    // The event is staged for the log, or already in the log.
    const rows = await queryAs<{ tenant: string }>(
      database.adminUrl,
      `SELECT tenant_id AS tenant FROM kernel.outbox WHERE payload ->> 'action' = 'entitlement.override.put'
       UNION SELECT tenant_id FROM audit.events WHERE action = 'entitlement.override.put'`,
    );
    expect(rows.map(({ tenant }) => tenant)).toContain(a.id);
  });
});
