import { LRUCache } from 'lru-cache';
import type { ChangeFeed } from './change-feed';
import { stale } from './stale';

export interface FreshCacheOptions<Value extends object> {
  readonly feed: Pick<ChangeFeed, 'isFresh'> & Partial<Pick<ChangeFeed, 'isStoreAway'>>;
  /** What the values are, for the words of an error: `Grants are`. */
  readonly what: string;
  readonly read: (key: string) => Promise<Value>;
  /** Most of it in memory, in the unit of `sizeOf`. */
  readonly maxSize: number;
  /** Bytes, by estimate; each value counts as 1 when left out. */
  readonly sizeOf?: (value: Value) => number;
}

interface Read<Value> {
  readonly promise: Promise<Value>;
  readonly mark: Mark;
}

/** Whether something changed since a read began: what it has read may be old. */
interface Mark {
  outdated: boolean;
}

/**
 * Values that are read at first use and forgotten when the change feed tells of them. A value that was being read when it
 * changed is read again, so that nothing old stays. While the feed is silent nothing is answered: fail closed.
 */
export class FreshCache<Value extends object> {
  private readonly held: LRUCache<string, Value>;
  private readonly reading = new Map<string, Read<Value>>();

  constructor(private readonly options: FreshCacheOptions<Value>) {
    const { maxSize, sizeOf = () => 1 } = options;
    this.held = new LRUCache({ maxSize, sizeCalculation: (value) => Math.max(1, Math.min(sizeOf(value), maxSize)) });
  }

  /** What is in memory and may be believed; `undefined`: {@link get} it. */
  peek(key: string): Value | undefined {
    return this.options.feed.isFresh() ? this.held.get(key) : undefined;
  }

  /** Errors: `unavailable` while the feed is silent, and what `read` throws. */
  get(key: string): Promise<Value> {
    if (!this.options.feed.isFresh()) {
      const words = `${this.options.what} not known to be current now; try again.`;
      return Promise.reject(stale(this.options.feed, 'state_stale', words));
    }
    const held = this.held.get(key);
    if (held) return Promise.resolve(held);
    const running = this.reading.get(key);
    if (running) return running.promise;
    const mark: Mark = { outdated: false };
    const promise = this.readUntilCurrent(key, mark).finally(() => this.reading.delete(key));
    this.reading.set(key, { promise, mark });
    return promise;
  }

  forget(key: string): void {
    this.held.delete(key);
    const read = this.reading.get(key);
    if (read) read.mark.outdated = true;
  }

  /** Forgets every key that begins so. */
  forgetAll(prefix = ''): void {
    for (const key of [...this.held.keys(), ...this.reading.keys()]) if (key.startsWith(prefix)) this.forget(key);
  }

  private async readUntilCurrent(key: string, mark: Mark): Promise<Value> {
    const wasOutdated = (): boolean => {
      const { outdated } = mark;
      mark.outdated = false;
      return outdated;
    };
    for (;;) {
      const value = await this.options.read(key);
      if (wasOutdated()) continue;
      this.held.set(key, value);
      return value;
    }
  }
}
