import { EntryRateLimiter, type EntryRateLimiterOptions } from './entry-rate-limiter';

function limits(options: Partial<EntryRateLimiterOptions> = {}) {
  let nowMs = 0;
  const all = { counts: 'failures', perAddress: 20, perClient: 30, share: 2, perPair: 0, now: () => nowMs, ...options };
  return {
    entry: new EntryRateLimiter(all),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
const from = (address: string, clientId: string | null = null) => ({ address, clientId });

/** Makes attempts and returns how many of them the limiter admitted. */
function exhaust(entry: EntryRateLimiter, address: string, clientId: string | null, attempts = 100): number {
  let admitted = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (entry.admit(from(address, clientId)).refusedBy === null) admitted++;
  }
  return admitted;
}

describe('the limit of an address', () => {
  it('counts attempts regardless of the claimed client', () => {
    const { entry } = limits();
    for (let attempt = 0; attempt < 20; attempt++) entry.count(from('192.0.2.1', `app-${attempt}`));
    expect(entry.look(from('192.0.2.1', 'app-new'))).toMatchObject({ refusedBy: 'address', retryAfterSeconds: 3 });
    expect(entry.look(from('192.0.2.2', 'app-new')).refusedBy).toBeNull();
  });

  it('is shared by all addresses of an IPv6 network', () => {
    const { entry } = limits();
    for (let host = 1; host <= 20; host++) entry.count(from(`2001:db8::${host}`));
    expect(entry.look(from('2001:db8::ffff')).refusedBy).toBe('address');
    expect(entry.look(from('2001:db8:0:1::1')).refusedBy).toBeNull();
  });

  it('recovers over time', () => {
    const { entry, pass } = limits();
    expect(exhaust(entry, '192.0.2.1', null)).toBe(20);
    pass(2_999);
    expect(entry.look(from('192.0.2.1')).refusedBy).toBe('address');
    pass(1);
    expect(entry.look(from('192.0.2.1')).refusedBy).toBeNull();
  });
});

describe('the limit of a client', () => {
  it('counts all addresses together and refuses addresses that have used up their share', () => {
    const { entry } = limits();
    for (let host = 1; host <= 15; host++) expect(exhaust(entry, `192.0.2.${host}`, 'app-a', 2)).toBe(2);
    expect(entry.look(from('192.0.2.1', 'app-a'))).toMatchObject({ refusedBy: 'client' });
    expect(entry.look(from('192.0.2.1', 'app-b')).refusedBy).toBeNull();
    expect(entry.look(from('192.0.2.1')).refusedBy).toBeNull();
  });

  it('does not lock out the owner, who uses a different address', () => {
    const { entry } = limits();
    for (let host = 1; host <= 50; host++) exhaust(entry, `192.0.2.${host}`, 'app-a', 2);
    expect(entry.look(from('198.51.100.7', 'app-a')).refusedBy).toBeNull();
    expect(exhaust(entry, '198.51.100.7', 'app-a')).toBe(2);
  });

  it('ignores characters of the client ID beyond 128', () => {
    const { entry } = limits({ perClient: 2, share: 1 });
    const long = 'x'.repeat(128);
    entry.count(from('192.0.2.1', `${long}a`));
    entry.count(from('192.0.2.1', `${long}b`));
    expect(entry.look(from('192.0.2.1', `${long}c`)).refusedBy).toBe('client');
  });
});

describe('the limit of a client at an address', () => {
  it('refuses that client at the address and leaves the rest of the address limit to other clients', () => {
    const { entry } = limits({ perPair: 5 });
    expect(exhaust(entry, '192.0.2.1', 'app-a', 640)).toBe(5);
    expect(entry.look(from('192.0.2.1', 'app-a'))).toEqual({
      refusedBy: 'client',
      retryAfterSeconds: 12,
      headers: [
        'RateLimit',
        '"client-address-failures";r=0;t=60',
        'RateLimit-Policy',
        '"client-address-failures";q=5;w=60',
      ],
    });
    expect(entry.look(from('192.0.2.1', 'app-b'))).toMatchObject({ refusedBy: null });
    expect(entry.look(from('192.0.2.2', 'app-a'))).toMatchObject({ refusedBy: null });
    expect(entry.headersAfter(from('192.0.2.1', 'app-b'))[1]).toContain('r=15;');
  });
});

describe('the rate limit state for a caller', () => {
  it('contains the remaining limit and the time until it is full again', () => {
    const { entry } = limits();
    expect(entry.look(from('192.0.2.1')).headers).toEqual([
      'RateLimit',
      '"address-failures";r=20;t=0',
      'RateLimit-Policy',
      '"address-failures";q=20;w=60',
    ]);
    expect(entry.admit(from('192.0.2.1')).headers[1]).toBe('"address-failures";r=19;t=3');
    expect(entry.headersAfter(from('192.0.2.1'))[1]).toBe('"address-failures";r=19;t=3');
  });

  it('describes the limit that refuses the request', () => {
    const { entry } = limits({ perClient: 4, share: 1 });
    exhaust(entry, '192.0.2.1', 'app-a');
    expect(entry.look(from('192.0.2.1', 'app-a'))).toEqual({
      refusedBy: 'client',
      retryAfterSeconds: 15,
      headers: ['RateLimit', '"client-failures";r=0;t=60', 'RateLimit-Policy', '"client-failures";q=4;w=60'],
    });
  });

  it('is empty without a limit', () => {
    const { entry } = limits({ perAddress: 0, perClient: 0 });
    expect(exhaust(entry, '192.0.2.1', 'app-a', 1_000)).toBe(1_000);
    expect(entry.look(from('192.0.2.1', 'app-a'))).toEqual({ refusedBy: null, retryAfterSeconds: 0, headers: [] });
  });
});
