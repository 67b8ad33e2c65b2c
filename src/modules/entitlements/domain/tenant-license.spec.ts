import { UNLIMITED } from '../contract/entitlements.types';
import { type LicenseFacts, TenantLicense } from './tenant-license';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const BEFORE = '2026-06-01T11:59:59Z';
const AFTER = '2026-06-01T12:00:01Z';

const FACTS: LicenseFacts = {
  isActive: true,
  ownPlan: 'pro',
  license: null,
  plan: { features: ['sso'], limits: { seats: 10, storage: null, exports: 0 } },
  overrides: [],
};

const check = (key: string, facts: Partial<LicenseFacts> = {}) =>
  new TenantLicense({ ...FACTS, ...facts }).check(key, NOW);
const override = (members: Partial<LicenseFacts['overrides'][number]>): Partial<LicenseFacts> => ({
  overrides: [{ key: 'seats', entitled: true, expiresAt: null, ...members }],
});

describe('an entitlement of a plan', () => {
  it.each<[string, object]>([
    ['sso', { entitled: true, limit: 0, source: 'plan', reason: null, plan: 'pro', expiresAtMs: null }],
    ['seats', { entitled: true, limit: 10 }],
    ['storage', { entitled: true, limit: UNLIMITED }],
    ['exports', { entitled: false, limit: 0, reason: 'not_included' }],
    ['unknown', { entitled: false, limit: 0, reason: 'unknown_key', source: null }],
    ['__proto__', { entitled: false, reason: 'unknown_key' }],
    ['toString', { entitled: false, reason: 'unknown_key' }],
  ])('%s', (key, expected) => {
    expect(check(key)).toMatchObject(expected);
  });

  it('is denied when the plan does not exist or the tenant is not active', () => {
    expect(check('sso', { plan: null })).toMatchObject({ entitled: false, reason: 'plan_unknown' });
    expect(check('sso', { isActive: false })).toMatchObject({ entitled: false, reason: 'tenant_inactive' });
    expect(check('seats', { isActive: false, ...override({ limit: 5 }) })).toMatchObject({ reason: 'tenant_inactive' });
  });

  it('ends exactly when the license ends', () => {
    const license = (expiresAt: string) => ({ license: { plan: 'gold', expiresAt } });
    expect(check('sso', license(AFTER))).toMatchObject({
      entitled: true,
      plan: 'gold',
      expiresAtMs: Date.parse(AFTER),
    });
    for (const over of [BEFORE, '2026-06-01T12:00:00Z']) {
      expect(check('sso', license(over))).toMatchObject({
        entitled: false,
        reason: 'expired',
        expiresAtMs: Date.parse(over),
      });
    }
    expect(check('unknown', license(BEFORE))).toMatchObject({ reason: 'unknown_key' });
  });
});

describe('an override', () => {
  it('takes precedence over the plan while it is valid', () => {
    expect(check('seats', override({ limit: 50 }))).toMatchObject({ entitled: true, limit: 50, source: 'override' });
    expect(check('seats', override({ limit: null }))).toMatchObject({ limit: UNLIMITED });
    expect(check('seats', override({ limit: 0 }))).toMatchObject({ entitled: false, reason: 'not_included' });
    expect(check('seats', override({ entitled: false }))).toMatchObject({ entitled: false, source: 'override' });
    expect(check('beta', override({ key: 'beta', expiresAt: AFTER }))).toMatchObject({ entitled: true, limit: 0 });
  });

  it('no longer applies when it has ended', () => {
    expect(check('seats', override({ limit: 50, expiresAt: BEFORE }))).toMatchObject({ limit: 10, source: 'plan' });
    expect(check('seats', override({ entitled: false, expiresAt: BEFORE }))).toMatchObject({ entitled: true });
    expect(check('beta', override({ key: 'beta', expiresAt: BEFORE }))).toMatchObject({
      entitled: false,
      reason: 'expired',
      expiresAtMs: Date.parse(BEFORE),
    });
  });

  it('stays valid when the license has ended', () => {
    const facts = { license: { plan: 'pro', expiresAt: BEFORE }, ...override({ limit: 3 }) };
    expect(check('seats', facts)).toMatchObject({ entitled: true, limit: 3 });
    expect(check('sso', facts)).toMatchObject({ entitled: false, reason: 'expired' });
  });

  it('is listed with the keys of the plan', () => {
    const license = new TenantLicense({ ...FACTS, ...override({ key: 'beta' }) });
    expect(license.keys).toEqual(['beta', 'exports', 'seats', 'sso', 'storage']);
  });
});
