import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { EntitlementsAdminPort } from '../../src/modules/entitlements/contract/entitlements-admin.port';
import { newLicense, newOverride, newPlan } from '../../src/modules/entitlements/contract/entitlements-admin.types';
import type { EntitlementsPort } from '../../src/modules/entitlements/contract/entitlements.port';
import { type Entitlement, UNLIMITED } from '../../src/modules/entitlements/contract/entitlements.types';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { eventually } from '../support/eventually';
import type { TestCore } from '../support/test-core';
import { makeTenant, type TestTenant } from '../support/two-tenants';

export interface EntitlementsWorld {
  readonly entitlements: EntitlementsPort;
  /** A core with the administration, on the same database. */
  readonly host: TestCore;
  close(): Promise<void>;
}

const NONE = { ifMatch: null, ifNoneMatch: null };
const END = '2037-01-01T00:00:00Z';

/** The contract of the port, for any adapter. */
export function entitlementsPortSuite(name: string, open: () => Promise<EntitlementsWorld>): void {
  describe(`EntitlementsPort ${name}`, () => {
    let world: EntitlementsWorld;
    let admin: EntitlementsAdminPort;
    let a: TestTenant;
    let b: TestTenant;

    beforeAll(async () => {
      world = await open();
      admin = world.host.context.get(EntitlementsAdminPort);
      a = await makeTenant(world.host, 'a');
      b = await makeTenant(world.host, 'b');
      const gold = newPlan.parse({ features: ['sso'], limits: { seats: 12, storage: null, exports: 0 } });
      await admin.putPlan(installation(), 'gold', gold, NONE);
      await admin.putLicense(of(a), newLicense.parse({ plan: 'gold', expiresAt: END }), NONE);
    });

    afterAll(() => world.close());

    const installation = (): CallContext => systemContext(newId('req'));
    const of = ({ id }: TestTenant): CallContext => systemContext(newId('req'), id);
    const check = async ({ id }: TestTenant, key: string): Promise<Entitlement> => {
      await world.host.feed.catchUp();
      return world.entitlements.check(systemContext(newId('req'), id), id, key);
    };

    it.each<[string, Partial<Entitlement>]>([
      ['sso', { entitled: true, limit: 0, expiresAtMs: Date.parse(END), plan: 'gold', reason: null }],
      ['seats', { entitled: true, limit: 12 }],
      ['storage', { entitled: true, limit: UNLIMITED }],
      ['exports', { entitled: false, limit: 0, plan: 'gold', reason: 'not_included' }],
      ['unknown', { entitled: false, limit: 0, plan: 'gold', reason: 'unknown_key' }],
      ['__proto__', { entitled: false, reason: 'unknown_key' }],
    ])('responds for the key %s', async (key, expected) => {
      expect(await check(a, key)).toMatchObject({ key, ...expected });
    });

    it('responds for each tenant according to its plan', async () => {
      expect(await check(b, 'sso')).toMatchObject({ entitled: false, plan: 'free', reason: 'unknown_key' });
      expect(await check(b, 'seats')).toMatchObject({ entitled: true, limit: 5, expiresAtMs: null });
    });

    it('does not entitle suspended or unknown tenants to any feature', async () => {
      const c = await makeTenant(world.host, 'c');
      expect(await check(c, 'seats')).toMatchObject({ entitled: true });
      await world.host.context.get(TenantsPort).setStatus(installation(), c.id, 'suspended');
      await eventually(async () => {
        expect(await check(c, 'seats')).toMatchObject({ entitled: false, limit: 0, reason: 'tenant_inactive' });
      });
      const nobody = newId('tnt');
      const answer = await world.entitlements.check(systemContext(newId('req'), nobody), nobody, 'seats');
      expect(answer).toMatchObject({ entitled: false, plan: '', reason: 'tenant_unknown' });
    });

    it('applies overrides', async () => {
      await admin.putOverride(of(b), 'seats', newOverride.parse({ limit: 40 }), NONE);
      await eventually(async () => {
        expect(await check(b, 'seats')).toMatchObject({ entitled: true, limit: 40 });
      });
    });
  });
}
