import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { RateLimitRulesPort } from './contract/rate-limit-rules.port';
import { newPlanRateLimitRule, newRateLimitRule } from './contract/rate-limit-rules.types';
import { CountingRateLimitPort, RateLimitPort } from './contract/rate-limit.port';
import type { RateLimitDecision, RateLimitQuery } from './contract/rate-limit.types';

const NO_CONDITION = { ifMatch: null, ifNoneMatch: null };

describe('rate limit rules', () => {
  let database: TestDatabase;
  let core: TestCore;
  let limits: RateLimitPort;
  let rules: RateLimitRulesPort;
  let a: TestTenant;
  let b: TestTenant;

  beforeAll(async () => {
    database = await createTestDatabase();
    core = await openAllCore(database, { RATE_LIMIT_DEFAULT: '50', RATE_LIMIT_DEFAULT_WINDOW_SECONDS: '3600' });
    limits = core.context.get(RateLimitPort);
    rules = core.context.get(RateLimitRulesPort);
    a = await makeTenant(core, 'a');
    b = await makeTenant(core, 'b');
  });

  afterAll(async () => {
    await core.close();
    await database.drop();
  });

  const contextOf = ({ id }: TestTenant) => systemContext(newId('req'), id);

  const check = (tenant: TestTenant, key: string, members: Partial<RateLimitQuery> = {}): Promise<RateLimitDecision> =>
    limits.check(contextOf(tenant), {
      tenantId: tenant.id,
      key,
      limit: null,
      windowSeconds: null,
      cost: 1,
      route: null,
      ...members,
    });

  const request = (tenant: TestTenant, client: string, route = 'GET /v1/projects'): Promise<RateLimitDecision> =>
    check(tenant, client, { route });

  async function put(tenant: TestTenant, name: string, rule: object): Promise<void> {
    await rules.put(contextOf(tenant), name, newRateLimitRule.parse({ windowSeconds: 3_600, ...rule }), NO_CONDITION);
    await core.feed.catchUp();
  }

  /** Returns the number of allowed calls among the given number of calls. */
  async function allowedOf(calls: number, call: () => Promise<RateLimitDecision>): Promise<number> {
    let allowed = 0;
    for (let index = 0; index < calls; index++) if ((await call()).allowed) allowed++;
    return allowed;
  }

  it('are optional: each key and each tenant has a default limit', async () => {
    expect(await check(a, 'k')).toEqual({
      allowed: true,
      policy: 'default',
      limit: 50,
      windowSeconds: 3_600,
      remaining: 49,
      resetSeconds: 72,
      retryAfterMs: 0,
      reason: null,
      degraded: false,
      shadow: false,
      lease: null,
    });
    expect(await allowedOf(60, () => check(a, 'k'))).toBe(49);
    const refused = await check(a, 'k');
    expect(refused).toMatchObject({ allowed: false, remaining: 0, reason: 'rate', lease: null });
    expect(refused.retryAfterMs).toBeGreaterThan(60_000);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(72_000);
    expect(await check(b, 'k')).toMatchObject({ allowed: true, remaining: 49 });
    expect(await check(a, 'other')).toMatchObject({ allowed: true, remaining: 49 });
    expect(await request(a, 'k')).toMatchObject({ allowed: true, remaining: 49 });
  });

  it('return the same decision synchronously from memory as asynchronously', async () => {
    await check(a, 'at once');
    const query = { tenantId: a.id, key: 'at once', limit: null, windowSeconds: null, cost: 1, route: null };
    expect(core.context.get(CountingRateLimitPort).decide(query)).toMatchObject({ allowed: true, remaining: 48 });
    expect(await check(a, 'at once')).toMatchObject({ allowed: true, remaining: 47 });
  });

  it('let a caller choose a limit if there is no rule, and only narrow the limit of a rule', async () => {
    const own = { limit: 3, windowSeconds: 3_600 };
    expect(await allowedOf(10, () => check(a, 'own', own))).toBe(3);
    expect(await allowedOf(100, () => check(a, 'more', { limit: 70 }))).toBe(70);
    await put(a, 'logins', { key: 'login:*', limit: 5 });
    expect(await allowedOf(10, () => check(a, 'login:1'))).toBe(5);
    expect(await allowedOf(10, () => check(a, 'login:2', own))).toBe(3);
    expect(await allowedOf(10, () => check(a, 'login:3', { limit: 4_294_967_295, windowSeconds: 1 }))).toBe(5);
    expect(await allowedOf(10, () => check(b, 'login:1', { limit: 8 }))).toBe(8);
  });

  it("apply a tenant's most specific rule together with its plan's", async () => {
    await put(a, 'all', { limit: 20 });
    await put(a, 'projects', { route: 'GET /v1/projects/*', limit: 4 });
    await put(a, 'partner', { client: 'app-partner', limit: 2, burst: 1 });
    expect(await request(a, 'app-x')).toMatchObject({ policy: 'all', limit: 20 });
    expect(await allowedOf(9, () => request(a, 'app-x', 'GET /v1/projects/:id'))).toBe(4);
    expect(await request(a, 'app-x', 'DELETE /v1/projects/:id')).toMatchObject({ allowed: true, policy: 'all' });
    expect(await allowedOf(9, () => request(a, 'app-partner', 'GET /v1/projects/:id'))).toBe(1);
    const plan = newPlanRateLimitRule.parse({ plan: 'free', limit: 6, windowSeconds: 3_600 });
    await rules.putPlan(systemContext(newId('req')), 'free-plan', plan, NO_CONDITION);
    await core.feed.catchUp();
    // All routes share the plan's six calls. A call that the plan refuses does not count against the tenant's rule.
    expect(await allowedOf(3, () => request(a, 'app-y', 'GET /v1/projects/:id'))).toBe(3);
    expect(await allowedOf(9, () => request(a, 'app-y', 'GET /v1/files'))).toBe(3);
    expect(await request(a, 'app-y', 'GET /v1/projects/:id')).toMatchObject({ allowed: false, policy: 'free-plan' });
    expect(await allowedOf(9, () => request(b, 'app-y'))).toBe(6);
    await rules.removePlan(systemContext(newId('req')), 'free-plan', NO_CONDITION);
    await core.feed.catchUp();
    const left = await request(a, 'app-y', 'GET /v1/projects/:id');
    expect(left).toMatchObject({ allowed: true, policy: 'projects', remaining: 0 });
    expect(await request(b, 'app-y')).toMatchObject({ allowed: true, policy: 'default' });
  });

  it('in shadow mode count and report, but do not refuse anything', async () => {
    await put(b, 'watched', { key: 'watched', limit: 1, shadow: true });
    expect(await check(b, 'watched')).toMatchObject({ allowed: true, shadow: false });
    expect(await check(b, 'watched')).toMatchObject({ allowed: true, shadow: true, reason: null });
  });

  it('in shadow mode do not replace enforced rules or the default', async () => {
    await put(b, 'acts', { key: 'acts:*', limit: 3 });
    await put(b, 'acts-shadow', { key: 'acts:admin', limit: 1, shadow: true });
    expect(await allowedOf(9, () => check(b, 'acts:admin'))).toBe(3);
    expect(await check(b, 'acts:admin')).toMatchObject({ allowed: false, policy: 'acts' });
    await put(b, 'alone', { key: 'alone', limit: 1_000, shadow: true });
    expect(await allowedOf(99, () => check(b, 'alone'))).toBe(50);
    expect(await check(b, 'alone')).toMatchObject({ allowed: false, policy: 'default', shadow: false });
  });

  it('match a route as written in the API documentation', async () => {
    await put(b, 'documented', { route: 'GET /v1/projects/{id}/', client: 'app-documented', limit: 2 });
    expect((await rules.get(contextOf(b), 'documented')).route).toBe('GET /v1/projects/*');
    expect(await allowedOf(9, () => request(b, 'app-documented', 'GET /v1/projects/:id'))).toBe(2);
  });

  it('count by cost, and report when a cost can never fit', async () => {
    await put(b, 'dear', { key: 'dear', limit: 10, cost: 3 });
    expect(await check(b, 'dear')).toMatchObject({ allowed: true, remaining: 2 });
    expect(await check(b, 'dear', { cost: 2 })).toMatchObject({ allowed: true, remaining: 0 });
    expect(await check(b, 'dear')).toMatchObject({ allowed: false, reason: 'rate' });
    expect(await check(b, 'dear', { cost: 4 })).toMatchObject({ allowed: false, reason: 'cost' });
  });

  it('limit the number of concurrent calls', async () => {
    await put(b, 'slow', { route: '/v1/slow', limit: 1_000, concurrency: { limit: 2, leaseSeconds: 1 } });
    const slow = () => request(b, 'app-slow', 'GET /v1/slow');
    const [first, second] = [await slow(), await slow()];
    expect([typeof first.lease, typeof second.lease]).toEqual(['string', 'string']);
    expect(await slow()).toMatchObject({ allowed: false, reason: 'concurrency', lease: null, remaining: 998 });
    await limits.release(contextOf(b), b.id, first.lease ?? '');
    await limits.release(contextOf(b), b.id, 'not a lease');
    expect(await slow()).toMatchObject({ allowed: true });
    expect(await slow()).toMatchObject({ allowed: false });
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await slow()).toMatchObject({ allowed: true });
  });

  it('enforce a monthly quota stored in the database', async () => {
    await put(b, 'metered', { key: 'metered', limit: 10_000, monthlyQuota: 5 });
    expect(await allowedOf(8, () => check(b, 'metered'))).toBe(5);
    const refused = await check(b, 'metered');
    expect(refused).toMatchObject({ allowed: false, reason: 'quota', remaining: 0, policy: 'metered' });
    const used = await queryAs(database.adminUrl, `SELECT used::int FROM rate_limit.usage WHERE tenant_id = $1`, [
      b.id,
    ]);
    expect(used).toEqual([{ used: 5 }]);
    // A restarted process still enforces it.
    const other = await openAllCore(database);
    const again = await other.context.get(RateLimitPort).check(contextOf(b), {
      tenantId: b.id,
      key: 'metered',
      limit: null,
      windowSeconds: null,
      cost: 1,
      route: null,
    });
    await other.close();
    expect(again).toMatchObject({ allowed: false, reason: 'quota' });
    // A reset does not apply to the quota, which may be billed.
    await limits.reset(contextOf(b), b.id, 'metered');
    expect(await check(b, 'metered')).toMatchObject({ allowed: false, reason: 'quota' });
  });

  it('reset a key on demand for one tenant only, and record it', async () => {
    for (const tenant of [a, b]) await allowedOf(50, () => check(tenant, 'reset me'));
    await limits.reset(contextOf(a), a.id, 'reset me');
    expect(await check(a, 'reset me')).toMatchObject({ allowed: true, remaining: 49 });
    expect(await check(b, 'reset me')).toMatchObject({ allowed: false });
    await limits.reset(contextOf(a), a.id, 'never counted');
    const sql = `SELECT payload->>'action' AS action, payload->>'resourceId' AS key, tenant_id FROM kernel.outbox
      WHERE payload->>'action' = 'rate_limit.reset'
      UNION ALL SELECT action, resource_id, tenant_id FROM audit.events WHERE action = 'rate_limit.reset'`;
    expect(await queryAs(database.adminUrl, sql)).toEqual(
      expect.arrayContaining([{ action: 'rate_limit.reset', key: 'reset me', tenant_id: a.id }]),
    );
  });

  it.each<Partial<RateLimitQuery>>([
    { key: '' },
    { key: 'x'.repeat(257) },
    { key: 'a\u0000b' },
    { key: 'half \uD800' },
    { cost: 0 },
    { cost: -1 },
    { cost: 1.5 },
    { cost: Number.POSITIVE_INFINITY },
    { cost: 1_000_001 },
    { limit: -1 },
    { windowSeconds: -1 },
    { windowSeconds: 2_678_401 },
    { windowSeconds: 4_294_967_295 },
  ])('reject invalid queries: %j', async (members) => {
    await expect(check(a, 'odd', members)).rejects.toMatchObject({ name: 'AppError', code: 'invalid_request' });
  });

  it.each(['__proto__', 'constructor', 'ключ', '%', "'; --", '*', 'a b'])(
    'count under the unusual name %s',
    async (key) => {
      expect(await allowedOf(3, () => check(a, key, { limit: 2, windowSeconds: 60 }))).toBe(2);
    },
  );
});
