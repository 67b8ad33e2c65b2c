import {
  dutiesAt,
  isIdle,
  LAG_MS,
  type PlannedKey,
  type PlanTimes,
  promisedLifeSeconds,
  publishUntil,
  rotatesAt,
  signsFrom,
} from './key-plan';

const DAY = 86_400_000;
const times: PlanTimes = { jwksLifeMs: 300_000, unawareMs: 10_000, tokenLifeMs: DAY, rotationMs: 90 * DAY };
const NOW = 1_000 * DAY;

const key = (members: Partial<PlannedKey> & Pick<PlannedKey, 'kid' | 'status'>): PlannedKey => ({
  createdAtMs: 0,
  publishedAtMs: 0,
  signsFromMs: 0,
  activatedAtMs: null,
  retiredAtMs: null,
  publishUntilMs: null,
  ...members,
});
const active = (activatedAtMs: number): PlannedKey => key({ kid: 'a', status: 'active', activatedAtMs });
const next = (signsFromMs: number | null): PlannedKey =>
  key({ kid: 'n', status: 'next', signsFromMs, publishedAtMs: signsFromMs === null ? null : 0 });
const retired = (members: Partial<PlannedKey>): PlannedKey => key({ kid: 'r', status: 'retired', ...members });

describe('a new key', () => {
  it('signs only after it has been published for the lifetime of the JWK Set plus the lag of a process', () => {
    expect(signsFrom(NOW, times)).toBe(NOW + 300_000 + LAG_MS);
  });

  it('signs only after every process must have received it, even if the lifetime is short', () => {
    expect(signsFrom(NOW, { jwksLifeMs: 1_000, unawareMs: 10_000 })).toBe(NOW + 10_000);
  });

  it('is never missed by a cache: the max-age of a lagging process ends before the key signs', () => {
    // The process has received all changes up to just before the publication, and serves its JWK Set `ageMs` later.
    for (const lifeSeconds of [1, 5, 300, 86_400]) {
      for (let ageMs = 0; ageMs < 400_000; ageMs += 377) {
        const cachedUntil = ageMs + promisedLifeSeconds(lifeSeconds, ageMs) * 1000;
        const from = signsFrom(0, { jwksLifeMs: lifeSeconds * 1000, unawareMs: 0 });
        // A JWK Set with a max-age of 0 is fetched again for every token.
        if (promisedLifeSeconds(lifeSeconds, ageMs) > 0) expect(cachedUntil).toBeLessThanOrEqual(from);
      }
    }
  });
});

describe('the max-age of a JWK Set', () => {
  it.each([
    [0, 300],
    [LAG_MS, 300],
    [LAG_MS + 1, 299],
    [LAG_MS + 1_000, 299],
    [LAG_MS + 1_001, 298],
    [LAG_MS + 299_001, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])('with a lag of %d ms is %d s', (ageMs, seconds) => {
    expect(promisedLifeSeconds(300, ageMs)).toBe(seconds);
  });
});

describe('a retired key', () => {
  it('stays published until the last token of a lagging process expires, plus the cache lifetime', () => {
    expect(publishUntil(NOW, times)).toBe(NOW + 10_000 + DAY + 300_000);
  });

  it('is removed exactly at that time', () => {
    const keys = [active(NOW), next(NOW), retired({ retiredAtMs: 0, publishUntilMs: NOW })];
    expect(dutiesAt(NOW - 1, keys, times).remove).toEqual([]);
    expect(dutiesAt(NOW, keys, times).remove).toEqual(['r']);
  });

  it('is removed by the same rule if a previous version retired it', () => {
    const keys = [active(NOW), next(NOW), retired({ retiredAtMs: NOW })];
    const until = publishUntil(NOW, times);
    expect(dutiesAt(until - 1, keys, { ...times, rotationMs: null }).remove).toEqual([]);
    expect(dutiesAt(until, keys, { ...times, rotationMs: null }).remove).toEqual(['r']);
  });
});

describe('automatic rotation', () => {
  it('is due when the active key reaches its maximum age', () => {
    const keys = [active(NOW), next(NOW)];
    expect(rotatesAt(keys, times)).toBe(NOW + 90 * DAY);
    expect(dutiesAt(NOW + 90 * DAY - 1, keys, times).rotate).toBe(false);
    expect(dutiesAt(NOW + 90 * DAY, keys, times).rotate).toBe(true);
  });

  it('waits for the next key, even if it is late', () => {
    expect(rotatesAt([active(0), next(NOW + 5_000)], times)).toBe(NOW + 5_000);
    expect(rotatesAt([active(0), next(null)], times)).toBeNull();
    expect(dutiesAt(NOW, [active(0), next(null)], times)).toMatchObject({ rotate: false, date: ['n'] });
  });

  it('can be disabled', () => {
    expect(dutiesAt(NOW, [active(0), next(0)], { ...times, rotationMs: null }).rotate).toBe(false);
  });

  it('counts from the creation of a key that a previous version activated', () => {
    expect(rotatesAt([key({ kid: 'a', status: 'active', createdAtMs: 7 }), next(0)], times)).toBe(7 + 90 * DAY);
  });
});

describe('the key tasks', () => {
  it('start by creating missing keys', () => {
    expect(dutiesAt(NOW, [], times)).toEqual({ create: ['active', 'next'], date: [], rotate: false, remove: [] });
    expect(dutiesAt(NOW, [active(NOW)], times).create).toEqual(['next']);
  });

  it('are empty for two current keys', () => {
    expect(isIdle(dutiesAt(NOW, [active(NOW), next(NOW)], times))).toBe(true);
    expect(isIdle(dutiesAt(NOW, [active(0), next(NOW)], times))).toBe(false);
  });
});
