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
  it('signs no sooner than a life of the JWK Set after it was published, and the lag of a process that serves it', () => {
    expect(signsFrom(NOW, times)).toBe(NOW + 300_000 + LAG_MS);
  });

  it('signs no sooner than every process must have heard of it, however short the life', () => {
    expect(signsFrom(NOW, { jwksLifeMs: 1_000, unawareMs: 10_000 })).toBe(NOW + 10_000);
  });

  it('is never missed by a cache: what a lagging process promises ends before the key signs', () => {
    // The process knows everything until just before the publication, and serves its JWK Set `ageMs` later.
    for (const lifeSeconds of [1, 5, 300, 86_400]) {
      for (let ageMs = 0; ageMs < 400_000; ageMs += 377) {
        const cachedUntil = ageMs + promisedLifeSeconds(lifeSeconds, ageMs) * 1000;
        const from = signsFrom(0, { jwksLifeMs: lifeSeconds * 1000, unawareMs: 0 });
        // One that promises nothing is asked again for every token.
        if (promisedLifeSeconds(lifeSeconds, ageMs) > 0) expect(cachedUntil).toBeLessThanOrEqual(from);
      }
    }
  });
});

describe('the lifetime that a process promises for its JWK Set', () => {
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
  it('is published until the last token of a process that had not heard yet has ended, and a cache has lapsed', () => {
    expect(publishUntil(NOW, times)).toBe(NOW + 10_000 + DAY + 300_000);
  });

  it('is removed then, and not a moment before', () => {
    const keys = [active(NOW), next(NOW), retired({ retiredAtMs: 0, publishUntilMs: NOW })];
    expect(dutiesAt(NOW - 1, keys, times).remove).toEqual([]);
    expect(dutiesAt(NOW, keys, times).remove).toEqual(['r']);
  });

  it('that a version from before retired is removed as if it were ours', () => {
    const keys = [active(NOW), next(NOW), retired({ retiredAtMs: NOW })];
    const until = publishUntil(NOW, times);
    expect(dutiesAt(until - 1, keys, { ...times, rotationMs: null }).remove).toEqual([]);
    expect(dutiesAt(until, keys, { ...times, rotationMs: null }).remove).toEqual(['r']);
  });
});

describe('the rotation by itself', () => {
  it('is due when the active key has signed its time', () => {
    const keys = [active(NOW), next(NOW)];
    expect(rotatesAt(keys, times)).toBe(NOW + 90 * DAY);
    expect(dutiesAt(NOW + 90 * DAY - 1, keys, times).rotate).toBe(false);
    expect(dutiesAt(NOW + 90 * DAY, keys, times).rotate).toBe(true);
  });

  it('waits for the next key, however late it is', () => {
    expect(rotatesAt([active(0), next(NOW + 5_000)], times)).toBe(NOW + 5_000);
    expect(rotatesAt([active(0), next(null)], times)).toBeNull();
    expect(dutiesAt(NOW, [active(0), next(null)], times)).toMatchObject({ rotate: false, date: ['n'] });
  });

  it('is off for ever when it is configured so', () => {
    expect(dutiesAt(NOW, [active(0), next(0)], { ...times, rotationMs: null }).rotate).toBe(false);
  });

  it('counts from when a key was made, if a version from before activated it', () => {
    expect(rotatesAt([key({ kid: 'a', status: 'active', createdAtMs: 7 }), next(0)], times)).toBe(7 + 90 * DAY);
  });
});

describe('the duties', () => {
  it('begin with the keys that an installation misses', () => {
    expect(dutiesAt(NOW, [], times)).toEqual({ create: ['active', 'next'], date: [], rotate: false, remove: [] });
    expect(dutiesAt(NOW, [active(NOW)], times).create).toEqual(['next']);
  });

  it('are none for two keys in their time', () => {
    expect(isIdle(dutiesAt(NOW, [active(NOW), next(NOW)], times))).toBe(true);
    expect(isIdle(dutiesAt(NOW, [active(0), next(NOW)], times))).toBe(false);
  });
});
