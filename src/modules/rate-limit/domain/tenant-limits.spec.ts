import { newRateLimitRule, type PlanRateLimitRule } from '../contract/rate-limit-rules.types';
import { limitOf } from './limit';
import { rulesOfPlan, TenantLimits } from './tenant-limits';

const byDefault = limitOf({ policy: 'default', source: 'default', limit: 100, windowSeconds: 60 });

function limitsOf(own: Readonly<Record<string, object>>, ofPlan: Readonly<Record<string, object>> = {}): TenantLimits {
  const rules = (all: Readonly<Record<string, object>>) =>
    Object.entries(all).map(([name, rule]) => ({
      ...newRateLimitRule.parse({ limit: 10, windowSeconds: 60, ...rule }),
      name,
    }));
  return new TenantLimits(rules(own), rules(ofPlan), byDefault);
}

const ofKey = (limits: TenantLimits, key: string) => limits.forKey(key).map(({ policy }) => policy);
const ofRequest = (limits: TenantLimits, route: string) => limits.forRequest('app', route).map(({ policy }) => policy);

describe('the limit of a tenant', () => {
  it("is its most specific rule together with its plan's, or the default if neither exists", () => {
    const limits = limitsOf({ all: { key: '*' }, logins: { key: 'login:*' } }, { plan: { key: 'login:*' } });
    expect(ofKey(limits, 'login:1')).toEqual(['logins', 'plan']);
    expect(ofKey(limits, 'other')).toEqual(['all']);
    expect(ofRequest(limits, 'GET /v1/projects')).toEqual(['default']);
  });

  it.each(['GET /v1/projects/{id}', '/v1/projects/{projectId}/', 'GET /v1/projects/:id', '/v1/projects/*'])(
    'matches a rule for %s, regardless of the notation of its parameter',
    (route) => {
      expect(ofRequest(limitsOf({ one: { route } }), 'GET /v1/projects/:id')).toEqual(['one']);
    },
  );

  it("contains all the rule's numbers", () => {
    const requests = { cost: 2, perTenant: true, concurrency: { limit: 3, leaseSeconds: 5 }, monthlyQuota: 100 };
    const [ofRequests] = limitsOf({ one: { ...requests, limit: 7, windowSeconds: 9, burst: 4 } }).forRequest('app', '');
    expect(ofRequests).toMatchObject({ ...requests, policy: 'one', source: 'tenant' });
    expect(ofRequests).toMatchObject({ limit: 7, windowSeconds: 9, burst: 4, shadow: false });
    const [, watching] = limitsOf({}, { one: { key: '*', shadow: true } }).forKey('k');
    expect(watching).toMatchObject({ policy: 'one', source: 'plan', shadow: true });
  });

  it('comes from key rules for keys and from request rules for requests, never from the other kind', () => {
    const limits = limitsOf({ keys: { key: '*' }, client: { client: 'app' } });
    expect(ofKey(limits, 'app')).toEqual(['keys']);
    expect(ofRequest(limits, 'GET /v1/projects')).toEqual(['client']);
    expect(limits.forRequest('other', 'GET /v1/projects')).toEqual([byDefault]);
  });

  it.each([
    ['a client and a route', { client: 'app', route: '/**' }, { client: 'app' }],
    ['a client', { client: 'app' }, { route: '/v1/projects/*/members' }],
    ['a longer route', { route: '/v1/projects/**' }, { route: '/v1/**' }],
    ['any route', { route: '/**' }, {}],
    [
      'the first of two equally specific names',
      { route: '/v1/projects/*/members' },
      { route: '/v1/projects/*/members' },
    ],
  ])('prefers %s over a less specific rule, regardless of their stored order', (_what, first, second) => {
    const route = 'GET /v1/projects/:id/members';
    expect(ofRequest(limitsOf({ a: first, b: second }), route)).toEqual(['a']);
    expect(ofRequest(limitsOf({ b: second, a: first }), route)).toEqual(['a']);
  });

  it('falls back to a less specific rule if the most specific one is for a different client or route', () => {
    const limits = limitsOf({ all: {}, other: { client: 'other' }, flags: { route: '/v1/flags' } });
    expect(ofRequest(limits, 'GET /v1/projects')).toEqual(['all']);
    expect(ofRequest(limits, 'GET /v1/flags')).toEqual(['flags']);
  });

  it('does not use memory for the names of keys, routes or clients without matching rules', () => {
    const [none, keys, requests] = [limitsOf({}), limitsOf({ keys: { key: '*' } }), limitsOf({ all: {} })];
    for (const limits of [none, requests]) expect(limits.forKey('a')).toBe(limits.forKey('b'));
    for (const limits of [none, keys]) expect(limits.forRequest('a', '/x')).toBe(limits.forRequest('b', '/x'));
  });

  it('is cached for at most 1,000 keys, because callers choose their names', () => {
    const limits = limitsOf({ all: { key: '*' } });
    const first = limits.forKey('0');
    for (let index = 1; index < 1_000; index++) limits.forKey(String(index));
    expect(limits.forKey('0')).toBe(first);
    limits.forKey('1000');
    expect(limits.forKey('0')).not.toBe(first);
  });

  it('comes from the enforced rule even if a more specific rule is in shadow mode', () => {
    const own = { logins: { key: 'login:*' }, watched: { key: 'login:admin:*', shadow: true } };
    expect(ofKey(limitsOf(own), 'login:admin:1')).toEqual(['logins', 'watched']);
    expect(ofKey(limitsOf(own), 'login:1')).toEqual(['logins']);
    expect(ofKey(limitsOf(own, { plan: { key: '*' } }), 'login:admin:1')).toEqual(['logins', 'plan', 'watched']);
    expect(ofKey(limitsOf({}, own), 'login:admin:1')).toEqual(['logins', 'watched']);
  });

  it('ignores a rule in shadow mode that would not apply if enforced', () => {
    const own = { logins: { key: 'login:*' }, watched: { key: '*', shadow: true } };
    expect(ofKey(limitsOf(own), 'login:1')).toEqual(['logins']);
  });

  it('is the default if all rules are in shadow mode', () => {
    const own = { watched: { shadow: true }, keys: { key: '*', shadow: true } };
    expect(ofRequest(limitsOf(own), 'GET /v1/projects')).toEqual(['default', 'watched']);
    expect(ofKey(limitsOf(own), 'k')).toEqual(['default', 'keys']);
    expect(ofKey(limitsOf(own, { plan: { key: '*' } }), 'k')).toEqual(['plan', 'keys']);
  });
});

test("a plan's rules apply only to its tenants", () => {
  const rules = (['free', 'pro', 'free'] as const).map(
    (plan, index) => ({ plan, name: `r${index}` }) as PlanRateLimitRule,
  );
  expect(rulesOfPlan(rules, 'free').map(({ name }) => name)).toEqual(['r0', 'r2']);
  expect(rulesOfPlan(rules, 'enterprise')).toEqual([]);
});
