import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { RulesRepository } from '../../src/modules/rate-limit/storage/rules.repository';
import type { RateLimitPort } from '../../src/modules/rate-limit/contract/rate-limit.port';
import type { RateLimitDecision, RateLimitQuery } from '../../src/modules/rate-limit/contract/rate-limit.types';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { newTenant } from '../../src/modules/tenants/contract/tenants.types';
import { newRateLimitRule } from '../../src/modules/rate-limit/contract/rate-limit-rules.types';
import { auditEvent, stagedAuditEvent } from '../../src/modules/audit/contract/audit.types';
import { eventually } from '../support/eventually';
import { queryAs, type TestDatabase } from '../support/test-database';
import type { TestCore } from '../support/test-core';

/** The requirements that the rate limit port suite places on the adapter under test. */
export interface RateLimitWorld {
  readonly limits: RateLimitPort;
  /** Counts requests. */
  readonly host: TestCore;
  readonly database: TestDatabase;
  readonly close: () => Promise<void>;
}

/** The contract of {@link RateLimitPort}, for any adapter. */
export function rateLimitPortSuite(adapter: string, open: () => Promise<RateLimitWorld>): void {
  describe(`RateLimitPort, ${adapter}`, () => {
    let world: RateLimitWorld;
    let a: string;
    let b: string;

    beforeAll(async () => {
      world = await open();
      const tenants = world.host.context.get(TenantsPort);
      const create = async (slug: string): Promise<string> =>
        (await tenants.create(systemContext(newId('req')), newTenant.parse({ slug, name: slug }))).id;
      [a, b] = [await create('a'), await create('b')];
      const rule = newRateLimitRule.parse({
        route: 'POST /v1/slow',
        limit: 100,
        windowSeconds: 3_600,
        concurrency: { limit: 1 },
      });
      const event = stagedAuditEvent(
        auditEvent(systemContext('req-1', a), { action: 'x', resourceType: 'x', resourceId: 'x' }, Date.now()),
      );
      const repository = world.host.context.get(RulesRepository, { strict: false });
      await repository.put(a, 'slow', rule, () => undefined, event);
      await world.host.feed.catchUp();
    });

    afterAll(async () => {
      await world.close();
    });

    const check = (tenantId: string, members: Partial<RateLimitQuery> = {}): Promise<RateLimitDecision> =>
      world.limits.check(systemContext(newId('req'), tenantId), {
        tenantId,
        key: 'key',
        limit: 2,
        windowSeconds: 3_600,
        cost: 1,
        route: null,
        ...members,
      });

    it('fills every field of a decision that allows the request', async () => {
      expect(await check(a)).toEqual({
        allowed: true,
        policy: 'default',
        limit: 2,
        windowSeconds: 3_600,
        remaining: 1,
        resetSeconds: 1_800,
        retryAfterMs: 0,
        reason: null,
        degraded: false,
        shadow: false,
        lease: null,
      });
    });

    it('refuses in a response that states when to retry, and counts each tenant separately', async () => {
      await check(a);
      const refused = await check(a);
      expect(refused).toMatchObject({ allowed: false, remaining: 0, reason: 'rate', policy: 'default' });
      expect(refused.retryAfterMs).toBeGreaterThan(1_700_000);
      expect(refused.retryAfterMs).toBeLessThanOrEqual(1_800_000);
      expect(await check(b)).toMatchObject({ allowed: true, remaining: 1 });
    });

    it('counts by cost, and uses defaults for omitted values', async () => {
      expect(await check(a, { key: 'cost', limit: 10, cost: 7 })).toMatchObject({ allowed: true, remaining: 3 });
      expect(await check(a, { key: 'cost', limit: 10, cost: 7 })).toMatchObject({ allowed: false, reason: 'rate' });
      expect(await check(a, { key: 'cost', limit: 10, cost: 11 })).toMatchObject({ allowed: false, reason: 'cost' });
      const byDefault = await check(a, { key: 'default', limit: null, windowSeconds: null });
      expect(byDefault).toMatchObject({ allowed: true, policy: 'default', limit: 60_000, windowSeconds: 60 });
    });

    it('limits requests by route rules, and frees concurrency slots on release', async () => {
      const slow = () => check(a, { key: 'app-1', limit: null, windowSeconds: null, route: 'POST /v1/slow' });
      const { lease, ...first } = await slow();
      expect(first).toMatchObject({ allowed: true, policy: 'slow', limit: 100 });
      expect(await slow()).toMatchObject({ allowed: false, reason: 'concurrency', retryAfterMs: 1_000, lease: null });
      // A release by another tenant does not free the slot.
      await world.limits.release(systemContext('req-2', b), b, lease ?? '');
      expect(await slow()).toMatchObject({ allowed: false });
      await world.limits.release(systemContext('req-2', a), a, lease ?? '');
      expect(await slow()).toMatchObject({ allowed: true });
      expect(await check(b, { key: 'app-1', limit: null, windowSeconds: null, route: 'POST /v1/slow' })).toMatchObject({
        policy: 'default',
        lease: null,
      });
    });

    it('resets a key, and records the reset in the audit log', async () => {
      for (let call = 0; call < 3; call++) await check(a, { key: 'reset' });
      await world.limits.reset(systemContext('req-reset', a), a, 'reset');
      expect(await check(a, { key: 'reset' })).toMatchObject({ allowed: true, remaining: 1 });
      await eventually(async () => {
        const sql = `SELECT tenant_id, resource_id, outcome FROM audit.events WHERE action = 'rate_limit.reset'`;
        expect(await queryAs(world.database.adminUrl, sql)).toEqual([
          { tenant_id: a, resource_id: 'reset', outcome: 'success' },
        ]);
      });
    });

    it.each<Partial<RateLimitQuery>>([
      { key: '' },
      { key: 'x'.repeat(257) },
      { key: 'line\nbreak' },
      { cost: 0 },
      { cost: 2_000_000 },
      { windowSeconds: 4_294_967_295 },
    ])('refuses invalid input with a message: %#', async (members) => {
      await expect(check(a, members)).rejects.toMatchObject({ name: 'AppError', code: 'invalid_request' });
    });

    it('refuses to reset an invalid key', async () => {
      await expect(world.limits.reset(systemContext('req-3', a), a, '')).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });
  });
}
