import { AppError, outage } from '../errors/app-error';

interface Pending<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface GroupCommitOptions<Item> {
  /** Writes all items in one transaction. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Most items in one transaction. */
  readonly maxBatch: number;
  /** Most items that wait; beyond it callers are refused rather than kept waiting. */
  readonly maxPending: number;
}

/**
 * Group commit: while one transaction is under way, what arrives waits and goes together into the next, so a thousand
 * small durable writes cost a few dozen commits and a lone one waits for nothing.
 */
export class GroupCommit<Item> {
  private pending: Pending<Item>[] = [];
  private writing: Promise<void> | null = null;

  constructor(private readonly options: GroupCommitOptions<Item>) {}

  /** Resolves after the commit that has this item. Errors: what `write` threw, or `unavailable` when too many wait. */
  add(item: Item): Promise<void> {
    if (this.pending.length >= this.options.maxPending) {
      return Promise.reject(outage('overloaded', { words: 'Too many writes are waiting; try again.' }));
    }
    return new Promise((resolve, reject) => {
      this.pending.push({ item, resolve, reject });
      this.writing ??= this.run();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async run(): Promise<void> {
    // One turn of the event loop, so that callers of the same moment share the first transaction.
    await new Promise(setImmediate);
    while (this.pending.length > 0) {
      const batch = this.pending.splice(0, this.options.maxBatch);
      await this.write(batch);
    }
    this.writing = null;
  }

  private async write(batch: readonly Pending<Item>[]): Promise<void> {
    try {
      await this.options.write(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const isOutage = error instanceof AppError && error.code === 'unavailable';
      if (batch.length === 1 || isOutage) {
        for (const { reject } of batch) reject(error);
      } else {
        // One item that the store refuses must not take those of other callers with it.
        for (const pending of batch) await this.write([pending]);
      }
    }
  }
}
