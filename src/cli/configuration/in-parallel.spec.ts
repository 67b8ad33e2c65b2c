import { inParallel } from './in-parallel';

it('returns the results in order, and runs at most the limit at a time', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running -= 1;
    return item * 2;
  });
  expect(results).toEqual([2, 4, 6, 8, 10]);
  expect(most).toBe(2);
});

it('starts nothing after a failure', async () => {
  const started: number[] = [];
  const run = inParallel([1, 2, 3], 1, (item) => {
    started.push(item);
    return Promise.reject(new Error(`failed ${item}`));
  });
  await expect(run).rejects.toThrow('failed 1');
  expect(started).toEqual([1]);
});
