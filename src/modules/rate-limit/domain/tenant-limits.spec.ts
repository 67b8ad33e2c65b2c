import { newRateLimitRule } from '../contract/rate-limit-rules.types';
import { limitOf } from './limit';
import { TenantLimits } from './tenant-limits';

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

describe('what limits a tenant', () => {
  it('is the most specific of its rules, and of those of its plan; else the default', () => {
    const limits = limitsOf({ all: { key: '*' }, logins: { key: 'login:*' } }, { plan: { key: 'login:*' } });
    expect(ofKey(limits, 'login:1')).toEqual(['logins', 'plan']);
    expect(ofKey(limits, 'other')).toEqual(['all']);
    expect(ofRequest(limits, 'GET /v1/projects')).toEqual(['default']);
  });

  it.each(['GET /v1/projects/{id}', '/v1/projects/{projectId}/', 'GET /v1/projects/:id', '/v1/projects/*'])(
    'is a rule for %s, however its parameter is written',
    (route) => {
      expect(ofRequest(limitsOf({ one: { route } }), 'GET /v1/projects/:id')).toEqual(['one']);
    },
  );

  it('goes on to be the rule that acts when a more specific one only watches', () => {
    const own = { logins: { key: 'login:*' }, watched: { key: 'login:admin:*', shadow: true } };
    expect(ofKey(limitsOf(own), 'login:admin:1')).toEqual(['logins', 'watched']);
    expect(ofKey(limitsOf(own), 'login:1')).toEqual(['logins']);
    expect(ofKey(limitsOf(own, { plan: { key: '*' } }), 'login:admin:1')).toEqual(['logins', 'plan', 'watched']);
    expect(ofKey(limitsOf({}, own), 'login:admin:1')).toEqual(['logins', 'watched']);
  });

  it('is not watched by a rule that would not be asked without its mode', () => {
    const own = { logins: { key: 'login:*' }, watched: { key: '*', shadow: true } };
    expect(ofKey(limitsOf(own), 'login:1')).toEqual(['logins']);
  });

  it('is the default beside rules that only watch', () => {
    const own = { watched: { shadow: true }, keys: { key: '*', shadow: true } };
    expect(ofRequest(limitsOf(own), 'GET /v1/projects')).toEqual(['default', 'watched']);
    expect(ofKey(limitsOf(own), 'k')).toEqual(['default', 'keys']);
    expect(ofKey(limitsOf(own, { plan: { key: '*' } }), 'k')).toEqual(['plan', 'keys']);
  });
});
