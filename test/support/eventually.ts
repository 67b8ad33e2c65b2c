import { setTimeout as sleep } from 'node:timers/promises';

/** A limit for assertions that never succeed. It is not meant to measure speed. That is the purpose of the bench. */
const LIMIT_MS = 240_000;

/** Repeats an assertion until it succeeds. After four minutes, throws its last error. */
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
