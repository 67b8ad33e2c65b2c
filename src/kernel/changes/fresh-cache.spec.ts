import { FreshCache } from './fresh-cache';

/** A cache over a store whose answers wait until they are let go. */
function make() {
  const feed = { fresh: true, isFresh: () => feed.fresh };
  const waiting: ((value: { readonly v: number }) => void)[] = [];
  const read = (): Promise<{ readonly v: number }> => new Promise((resolve) => waiting.push(resolve));
  const cache = new FreshCache({ feed, what: 'Things are', read, maxSize: 10 });
  return { feed, waiting, cache };
}

const settle = (): Promise<void> => new Promise(setImmediate);

describe('a fresh cache', () => {
  it('reads once for all who ask at the same time, and then answers from memory', async () => {
    const { cache, waiting } = make();
    const asked = [cache.get('k'), cache.get('k')];
    expect(waiting).toHaveLength(1);
    waiting[0]?.({ v: 1 });
    expect(await Promise.all(asked)).toEqual([{ v: 1 }, { v: 1 }]);
    expect(await cache.get('k')).toEqual({ v: 1 });
    expect(cache.peek('k')).toEqual({ v: 1 });
    expect(waiting).toHaveLength(1);
  });

  it('reads again what changed while it was read, and keeps nothing old', async () => {
    const { cache, waiting } = make();
    const asked = cache.get('k');
    cache.forget('k');
    waiting[0]?.({ v: 1 });
    await settle();
    expect(waiting).toHaveLength(2);
    waiting[1]?.({ v: 2 });
    expect(await asked).toEqual({ v: 2 });
    expect(cache.peek('k')).toEqual({ v: 2 });
  });

  it('forgets one, and all that begin so, also those being read', async () => {
    const { cache, waiting } = make();
    for (const key of ['a/1', 'a/2', 'b/1']) {
      const asked = cache.get(key);
      waiting.at(-1)?.({ v: 1 });
      await asked;
    }
    const reading = cache.get('a/3');
    cache.forgetAll('a/');
    expect([cache.peek('a/1'), cache.peek('a/2'), cache.peek('b/1')]).toEqual([undefined, undefined, { v: 1 }]);
    waiting.at(-1)?.({ v: 1 });
    await settle();
    waiting.at(-1)?.({ v: 2 });
    expect(await reading).toEqual({ v: 2 });
  });

  it('answers nothing while the feed is silent', async () => {
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

  it('keeps no failure', async () => {
    let calls = 0;
    const read = (): Promise<object> => (calls++ === 0 ? Promise.reject(new Error('away')) : Promise.resolve({}));
    const cache = new FreshCache({ feed: { isFresh: () => true }, what: 'Things are', read, maxSize: 10 });
    await expect(cache.get('k')).rejects.toThrow('away');
    await expect(cache.get('k')).resolves.toEqual({});
  });
});
