import { AppError } from '../../../kernel/errors/app-error';
import { ConditionFailed } from './entity-tags';

/** Maximum number of attempts to make a change if other processes make changes first. */
const TRIES = 8;

/**
 * Serializes changes to one resource. Each change is based on a previous read, and is retried if another process has made a change first.
 */
export class ResourceWriteQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /**
   * Runs `change` after all earlier changes with the same key. Errors: any error that `change` throws; `precondition_failed` after too
   * many attempts.
   */
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
