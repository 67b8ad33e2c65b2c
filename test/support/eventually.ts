import { setTimeout as sleep } from 'node:timers/promises';

/** A guard against what never comes, not a bound: how fast something is, a bench says. */
const LIMIT_MS = 240_000;

/** Repeats an assertion until it holds; throws what it threw last after four minutes. */
export async function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return await assertion();
    } catch (fault) {
      if (Date.now() > deadline) throw fault;
      await sleep(15);
    }
  }
}
