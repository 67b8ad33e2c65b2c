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

it('finds a workflow that calls itself, directly or through others', async () => {
  expect(await ring('a', ['a'], {})).toEqual(['a']);
  expect(await ring('a', ['x', 'b'], { b: ['c'], c: ['d', 'a'] })).toEqual(['b', 'c', 'a']);
});

it('does not find a cycle if paths only meet, if the cycle does not include the workflow, or if a workflow is missing', async () => {
  expect(await ring('a', ['b', 'c'], { b: ['d'], c: ['d'], d: [] })).toBeNull();
  expect(await ring('a', ['b'], { b: ['c'], c: ['b'] })).toBeNull();
  expect(await ring('a', ['nobody'], {})).toBeNull();
  expect(await ring('a', [], {})).toBeNull();
});

it('does not read any workflow twice', async () => {
  await ring('a', ['b', 'c'], { b: ['c', 'd'], c: ['d'], d: ['b'] });
  expect(asked).toEqual([['b', 'c'], ['d']]);
});
