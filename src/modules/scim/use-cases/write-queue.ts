import { AppError } from '../../../kernel/errors/app-error';
import { ConditionFailed } from './entity-tags';

/** Maximum attempts of a change when another process was first. */
const TRIES = 8;

/** Runs changes of one resource one after the other: each is based on a previous read, and is repeated if another process was first. */
export class ResourceWriteQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs `change` after all earlier ones with the same key. Errors: its own; `precondition_failed` after too many attempts. */
  async run<T>(key: string, change: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const mine = before.then(
      () => withRetry(change),
      () => withRetry(change),
    );
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }
}

async function withRetry<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await change();
    } catch (error) {
      const isLate = error instanceof AppError && error.code === 'precondition_failed';
      if (!isLate || error instanceof ConditionFailed || tries === TRIES) throw error;
    }
  }
}
