import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats an assertion until it holds; throws what it threw last when the limit is over. */
export async function eventually<T>(assertion: () => T | Promise<T>, limitMs = 15_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    try {
      return await assertion();
    } catch (fault) {
      if (Date.now() > deadline) throw fault;
      await sleep(15);
    }
  }
}
