import { AppError, outage } from '../errors/app-error';

interface Pending<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface GroupCommitOptions<Item> {
  /** Writes all items in one transaction. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Maximum number of items in one transaction. */
  readonly maxBatch: number;
  /** Maximum number of waiting items. Beyond this number, callers get an error instead of waiting. */
  readonly maxPending: number;
  /** Allows items in different lanes to be written concurrently. If omitted, all items are in one lane. */
  readonly lanes?: { readonly of: (item: Item) => string; readonly atOnce: number };
}

const ONE_LANE = { of: (): string => '', atOnce: 1 };

/**
 * Group commit: items that arrive during a transaction wait, and the next transaction writes them together. A thousand small durable writes
 * need only a few dozen commits, and a single write does not wait.
 *
 * A lane has one transaction at a time and preserves its order. An item waits only for the transaction of its own lane, as long as fewer
 * than `atOnce` transactions are running.
 */
export class GroupCommit<Item> {
  /** Waiting items by lane; the lane that has waited longest is first. */
  private readonly pending = new Map<string, Pending<Item>[]>();
  private waiting = 0;
  /** Lanes with a running transaction. */
  private readonly busy = new Set<string>();
  private readonly writing = new Set<Promise<void>>();
  private isScheduled = false;
  private readonly lanes: NonNullable<GroupCommitOptions<Item>['lanes']>;

  constructor(private readonly options: GroupCommitOptions<Item>) {
    this.lanes = options.lanes ?? ONE_LANE;
  }

  /**
   * Resolves after the commit that includes this item. Errors: any error that `write` throws, or `unavailable` if too many items are
   * waiting.
   */
  add(item: Item): Promise<void> {
    if (this.waiting >= this.options.maxPending) {
      return Promise.reject(outage('overloaded', { message: 'Too many writes are waiting; try again.' }));
    }
    return new Promise((resolve, reject) => {
      const lane = this.lanes.of(item);
      const waiting = this.pending.get(lane) ?? [];
      this.pending.set(lane, waiting);
      waiting.push({ item, resolve, reject });
      this.waiting += 1;
      if (!this.busy.has(lane)) this.schedule();
    });
  }

  /** Resolves when no items are left. */
  async drain(): Promise<void> {
    while (this.waiting > 0 || this.writing.size > 0) {
      await (this.writing.size > 0 ? Promise.race(this.writing) : new Promise(setImmediate));
    }
  }

  /** Begins one turn of the event loop later, so that callers in the same turn share the transaction. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.begin();
    });
  }

  /** Begins as many transactions as the limits allow. */
  private begin(): void {
    while (this.writing.size < this.lanes.atOnce) {
      const taken = this.take();
      if (taken.size === 0) return;
      for (const lane of taken.keys()) this.busy.add(lane);
      const written = this.write([...taken.values()].flat()).finally(() => {
        for (const lane of taken.keys()) this.busy.delete(lane);
        this.writing.delete(written);
        this.begin();
      });
      this.writing.add(written);
    }
  }

  /** Removes a batch, by lane, from the lanes that do not have a running transaction. */
  private take(): ReadonlyMap<string, readonly Pending<Item>[]> {
    const taken = new Map<string, readonly Pending<Item>[]>();
    let room = this.options.maxBatch;
    for (const [lane, waiting] of this.pending) {
      if (room === 0) break;
      if (this.busy.has(lane)) continue;
      const some = waiting.splice(0, room);
      room -= some.length;
      taken.set(lane, some);
      this.pending.delete(lane);
      // The remaining items queue behind the lanes that are already waiting.
      if (waiting.length > 0) this.pending.set(lane, waiting);
    }
    this.waiting -= this.options.maxBatch - room;
    return taken;
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
        // One item that the store rejects must not cause other callers' items to fail.
        for (const pending of batch) await this.write([pending]);
      }
    }
  }
}
