import { ringOf } from './ring';

const asked: (readonly string[])[] = [];
const ring = (name: string, calls: readonly string[], others: Readonly<Record<string, readonly string[]>>) =>
  ringOf(name, calls, (names) => {
    asked.push(names);
    return Promise.resolve(new Map(names.flatMap((one) => (others[one] ? [[one, others[one]] as const] : []))));
  });

beforeEach(() => {
  asked.length = 0;
});

it('a workflow that calls itself is a ring, and so is one that comes back by others', async () => {
  expect(await ring('a', ['a'], {})).toEqual(['a']);
  expect(await ring('a', ['x', 'b'], { b: ['c'], c: ['d', 'a'] })).toEqual(['b', 'c', 'a']);
});

it('those that only meet, that others make a ring of, or that are not there, are none', async () => {
  expect(await ring('a', ['b', 'c'], { b: ['d'], c: ['d'], d: [] })).toBeNull();
  expect(await ring('a', ['b'], { b: ['c'], c: ['b'] })).toBeNull();
  expect(await ring('a', ['nobody'], {})).toBeNull();
  expect(await ring('a', [], {})).toBeNull();
});

it('asks for none twice', async () => {
  await ring('a', ['b', 'c'], { b: ['c', 'd'], c: ['d'], d: ['b'] });
  expect(asked).toEqual([['b', 'c'], ['d']]);
});
