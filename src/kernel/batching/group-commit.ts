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
  /** Lets items of different lanes be written side by side; without it all are in one lane. */
  readonly lanes?: { readonly of: (item: Item) => string; readonly atOnce: number };
}

const ONE_LANE = { of: (): string => '', atOnce: 1 };

/**
 * Group commit: while one transaction is under way, what arrives waits and goes together into the next, so a thousand
 * small durable writes cost a few dozen commits and a lone one waits for nothing.
 *
 * A lane has one transaction at a time and keeps its order. An item waits only for the transaction of its own lane, as long
 * as fewer than `atOnce` are under way.
 */
export class GroupCommit<Item> {
  /** By lane, the one that has waited longest first. */
  private readonly pending = new Map<string, Pending<Item>[]>();
  private waiting = 0;
  /** Lanes of the transactions under way. */
  private readonly busy = new Set<string>();
  private readonly writing = new Set<Promise<void>>();
  private isScheduled = false;
  private readonly lanes: NonNullable<GroupCommitOptions<Item>['lanes']>;

  constructor(private readonly options: GroupCommitOptions<Item>) {
    this.lanes = options.lanes ?? ONE_LANE;
  }

  /** Resolves after the commit that has this item. Errors: what `write` threw, or `unavailable` when too many wait. */
  add(item: Item): Promise<void> {
    if (this.waiting >= this.options.maxPending) {
      return Promise.reject(outage('overloaded', { words: 'Too many writes are waiting; try again.' }));
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

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.waiting > 0 || this.writing.size > 0) {
      await (this.writing.size > 0 ? Promise.race(this.writing) : new Promise(setImmediate));
    }
  }

  /** One turn of the event loop later, so that callers of the same moment share the transaction. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.begin();
    });
  }

  /** Begins the transactions that may begin. */
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

  /** Takes a batch, by lane, out of the lanes without a transaction. */
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
      // The rest goes behind the lanes that wait already.
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
        // One item that the store refuses must not take those of other callers with it.
        for (const pending of batch) await this.write([pending]);
      }
    }
  }
}
