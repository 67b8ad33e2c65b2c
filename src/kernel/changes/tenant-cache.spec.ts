import type { Change } from './change';
import { TenantCache, type TenantCacheOptions } from './tenant-cache';

interface Thing {
  readonly v: number;
}

const ofKey = (key: string): Change => ({ topic: 'things', tenantId: null, key, payload: {} });

/** Creates a cache over a store whose results wait until the test releases them. */
function make(more: Partial<TenantCacheOptions<Thing>> = {}) {
  const feed = { fresh: true, isFresh: () => feed.fresh, register: () => undefined };
  const waiting: ((value: Thing) => void)[] = [];
  const read = (): Promise<Thing> => new Promise((resolve) => waiting.push(resolve));
  const changes = { things: ({ key }: Change) => key, prefixes: ({ key }: Change) => ({ prefix: key }) };
  const cache = new TenantCache<Thing>({ feed, what: 'Things are', changes, read, maxSize: 10, ...more });
  /** Puts a value into the cache. */
  const hold = async (key: string, v: number): Promise<void> => {
    const asked = cache.get(key);
    waiting.at(-1)?.({ v });
    await asked;
  };
  return { feed, waiting, cache, hold };
}

const settle = (): Promise<void> => new Promise(setImmediate);

describe('a tenant cache', () => {
  it('reads once for concurrent callers, then returns the cached value', async () => {
    const { cache, waiting } = make();
    const asked = [cache.get('k'), cache.get('k')];
    expect(waiting).toHaveLength(1);
    waiting[0]?.({ v: 1 });
    expect(await Promise.all(asked)).toEqual([{ v: 1 }, { v: 1 }]);
    expect(await cache.get('k')).toEqual({ v: 1 });
    expect(cache.peek('k')).toEqual({ v: 1 });
    expect(waiting).toHaveLength(1);
  });

  it('reads again if the value changes during a read, and does not keep the old value', async () => {
    const { cache, waiting } = make();
    const asked = cache.get('k');
    await cache.apply(ofKey('k'));
    waiting[0]?.({ v: 1 });
    await settle();
    expect(waiting).toHaveLength(2);
    waiting[1]?.({ v: 2 });
    expect(await asked).toEqual({ v: 2 });
    expect(cache.peek('k')).toEqual({ v: 2 });
  });

  it('drops all keys with a changed prefix, including keys that are being read', async () => {
    const { cache, waiting, hold } = make();
    for (const key of ['a/1', 'a/2', 'b/1']) await hold(key, 1);
    const reading = cache.get('a/3');
    await cache.apply({ ...ofKey('a/'), topic: 'prefixes' });
    expect([cache.peek('a/1'), cache.peek('a/2'), cache.peek('b/1')]).toEqual([undefined, undefined, { v: 1 }]);
    waiting.at(-1)?.({ v: 1 });
    await settle();
    waiting.at(-1)?.({ v: 2 });
    expect(await reading).toEqual({ v: 2 });
  });

  it('throws while the feed is silent', async () => {
    const { cache, feed, waiting } = make();
    const asked = cache.get('k');
    waiting[0]?.({ v: 1 });
    await asked;
    feed.fresh = false;
    expect(cache.peek('k')).toBeUndefined();
    await expect(cache.get('k')).rejects.toMatchObject({ code: 'unavailable' });
    feed.fresh = true;
    expect(await cache.get('k')).toEqual({ v: 1 });
  });

  it('does not cache failures', async () => {
    let calls = 0;
    const read = (): Promise<object> => (calls++ === 0 ? Promise.reject(new Error('away')) : Promise.resolve({}));
    const { feed } = make();
    const cache = new TenantCache({ feed, what: 'Things are', changes: {}, read, maxSize: 10 });
    await expect(cache.get('k')).rejects.toThrow('away');
    await expect(cache.get('k')).resolves.toEqual({});
  });

  it('drops everything if the feed may have missed a change', async () => {
    const { cache, hold } = make();
    await hold('a', 1);
    const heard: (string | null)[] = [];
    const silence = cache.onChange((key) => heard.push(key));
    await cache.load();
    expect(cache.keys()).toEqual([]);
    await cache.apply(ofKey('a'));
    silence();
    await cache.apply(ofKey('a'));
    expect(heard).toEqual([null, 'a']);
  });

  it('does not cache an absent value', async () => {
    let reads = 0;
    const { feed } = make();
    const read = (): Promise<Thing | null> => Promise.resolve(reads++ === 0 ? null : { v: 1 });
    const cache = new TenantCache<Thing | null>({ feed, what: 'Things are', changes: {}, read, maxSize: 10 });
    expect([await cache.get('k'), await cache.get('k'), await cache.get('k')]).toEqual([null, { v: 1 }, { v: 1 }]);
    expect(reads).toBe(2);
  });
});

describe('a tenant cache while the feed is silent', () => {
  it('reads on every call with `whenSilent: read`', async () => {
    const { cache, feed, hold, waiting } = make({ whenSilent: 'read' });
    await hold('k', 1);
    feed.fresh = false;
    await hold('k', 2);
    await hold('k', 3);
    expect(waiting).toHaveLength(3);
    feed.fresh = true;
    expect(cache.peek('k')).toEqual({ v: 3 });
  });

  it('returns the cached value and marks it as stale with `whenSilent: answer`', async () => {
    const { cache, feed, hold } = make({ whenSilent: 'answer' });
    await hold('k', 1);
    expect(cache.isStale('k')).toBe(false);
    feed.fresh = false;
    expect([cache.peek('k'), await cache.get('k'), cache.isStale('k')]).toEqual([{ v: 1 }, { v: 1 }, true]);
  });
});

describe('a tenant cache that refreshes', () => {
  const refresh = { maxStalenessMs: 50 };

  it('returns the previous value until the new one arrives', async () => {
    const { cache, hold, waiting } = make({ refresh });
    await hold('k', 1);
    const applied = cache.apply(ofKey('k'));
    expect([cache.peek('k'), waiting.length]).toEqual([{ v: 1 }, 2]);
    waiting[1]?.({ v: 2 });
    await applied;
    expect(cache.peek('k')).toEqual({ v: 2 });
  });

  it('returns the previous value for a limited time and delays the feed for less time than that', async () => {
    const { cache, hold } = make({ refresh });
    await hold('k', 1);
    await cache.apply(ofKey('k'));
    expect(cache.peek('k')).toBeUndefined();
    cache.stop();
  });

  it('returns the previous value, marked as stale, until the new one arrives with `whenSilent: answer`', async () => {
    const { cache, hold } = make({ refresh, whenSilent: 'answer' });
    await hold('k', 1);
    await cache.apply(ofKey('k'));
    expect([cache.peek('k'), cache.isStale('k')]).toEqual([{ v: 1 }, true]);
    cache.stop();
  });

  it('does not read a change that the cached value already includes, or a key that was never requested', async () => {
    const { cache, hold, waiting } = make({ refresh: { ...refresh, isBehind: ({ v }) => v < 2 } });
    await hold('k', 2);
    await cache.apply(ofKey('k'));
    await cache.apply(ofKey('other'));
    expect(waiting).toHaveLength(1);
  });

  it('repeats a failure to callers for a while before it queries the store again', async () => {
    let reads = 0;
    const read = (): Promise<Thing> => Promise.reject(new Error(`away ${reads++}`));
    const explain = (_key: string, cause: unknown): unknown => new Error(`told: ${(cause as Error).message}`);
    const { cache } = make({ refresh, read, retryMs: 60_000, explain });
    await expect(cache.get('k')).rejects.toThrow('told: away 0');
    await expect(cache.get('k')).rejects.toThrow('told: away 0');
    await cache.apply(ofKey('k'));
    await expect(cache.get('k')).rejects.toThrow('told: away 1');
  });
});
