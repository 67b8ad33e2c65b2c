import { TenantCharges } from './tenant-charges';

describe('the usage of a tenant', () => {
  let now = 0;
  const charges = new TenantCharges(() => now);

  it('adds up, halves every ten seconds and fades away', () => {
    charges.add('tnt-a', 100);
    charges.add('tnt-a', 20);
    expect(charges.of('tnt-a')).toBe(120);
    expect(charges.of('tnt-b')).toBe(0);
    now += 10_000;
    expect(charges.of('tnt-a')).toBe(60);
    expect(charges.isMuch('tnt-a')).toBe(false);
    charges.add('tnt-a', 940);
    expect(charges.isMuch('tnt-a')).toBe(true);
    now += 1;
    expect(charges.isMuch('tnt-a')).toBe(false);
    now += 300_000;
    expect(charges.of('tnt-a')).toBeCloseTo(0, 3);
  });
});
