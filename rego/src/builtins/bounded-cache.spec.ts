import { BoundedCache } from './bounded-cache.js';

it('keeps entries in use and evicts the others', () => {
  const cache = new BoundedCache<number>(200);
  for (let value = 0; value < 50; value++) {
    cache.put(`passing ${value}`, value, 40);
    if (value === 0) cache.put('kept', -1, 40);
    expect(cache.get('kept')).toBe(-1);
  }
  expect(cache.get('passing 49')).toBe(49);
  expect(cache.get('passing 40')).toBeUndefined();
});

it('never holds more bytes than its limit', () => {
  const cache = new BoundedCache<number>(200);
  for (let value = 0; value < 50; value++) cache.put(`${value}`, value, 30);
  const held = Array.from({ length: 50 }, (_, value) => value).filter((value) => cache.get(`${value}`) !== undefined);
  expect(held.length * 30).toBeLessThanOrEqual(200);
  expect(held.length).toBeGreaterThanOrEqual(3);
});

it('counts the bytes of a replaced entry once', () => {
  const cache = new BoundedCache<number>(200);
  cache.put('b', 2, 30);
  for (let value = 0; value < 10; value++) cache.put('a', value, 60);
  expect([cache.get('a'), cache.get('b')]).toEqual([9, 2]);
});

it('keeps an entry that exceeds the limit until the next entry is added', () => {
  const cache = new BoundedCache<number>(200);
  cache.put('a', 1, 400);
  expect(cache.get('a')).toBe(1);
  cache.put('b', 2, 40);
  cache.put('c', 3, 70);
  expect([cache.get('a'), cache.get('c')]).toEqual([undefined, 3]);
});
