import { AppError } from '../../../kernel/errors/app-error';
import { ConditionFailed } from './entity-tags';

/** A change that another process came before is tried again so often. */
const TRIES = 8;

/**
 * Changes of one resource, one after the other: each is made of what was read before, and one that another process came
 * before is made anew.
 */
export class InTurn {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs `change` after all that came before under the key. Errors: its own; `precondition_failed` after many tries. */
  async run<T>(key: string, change: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const mine = before.then(
      () => repeated(change),
      () => repeated(change),
    );
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }
}

async function repeated<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await change();
    } catch (error) {
      const isLate = error instanceof AppError && error.code === 'precondition_failed';
      if (!isLate || error instanceof ConditionFailed || tries === TRIES) throw error;
    }
  }
}
