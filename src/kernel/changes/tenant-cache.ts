import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { maxEntries } from '../memory/max-entries';
import type { Change } from './change';
import type { ChangeFeed, ChangeSubscriber } from './change-feed';
import { stale } from './stale';

/** Returns the cache key of a tenant's item. */
export function keyOf(tenantId: string | null, name: string): string {
  return `${tenantId}/${name}`;
}

/** Splits a key from {@link keyOf} into its parts. A tenant id does not contain a slash. */
export function partsOf(key: string): [tenantId: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** The values that a change makes outdated: the values with these keys, all values whose key has a prefix, all values (`null`), or none. */
export type Invalidation = string | readonly string[] | { readonly prefix: string } | null | undefined;

export interface TenantCacheOptions<Value extends object | null> {
  readonly feed: Pick<ChangeFeed, 'isFresh' | 'register'> & Partial<Pick<ChangeFeed, 'isStoreAway'>>;
  /** The subject and verb of an error message: `Grants are`. */
  readonly what: string;
  /** Maps each topic to the entries that its changes invalidate. */
  readonly changes: Readonly<Record<string, (change: Change) => Invalidation>>;
  /** Reads a value. `null`, for a key that does not exist, is not cached, because made-up keys must not evict real keys. */
  readonly read: (key: string) => Promise<Value>;
  /** Maximum size of the cache, in the unit of `sizeOf`. */
  readonly maxSize: number;
  /** Estimated size of a value in bytes; by default each value counts as 1. */
  readonly sizeOf?: (value: NonNullable<Value>) => number;
  /**
   * The behavior while the feed is silent and changes are therefore unknown: `refuse` (the default) does not return any values, `read`
   * reads each time, `answer` keeps returning cached values.
   */
  readonly whenSilent?: 'refuse' | 'read' | 'answer';
  /** Set this for values that remain in use after a change until the new value is read. That read begins immediately. */
  readonly refresh?: {
    /** The time for which an outdated value is returned; with `whenSilent: 'answer'`, the time until it counts as stale. */
    readonly maxStalenessMs: number;
    /** Returns whether a change is newer than the cached value; by default every change is. */
    readonly isBehind?: (held: NonNullable<Value>, change: Change) => boolean;
  };
  /** The time for which a failed read is cached as an error. Querying the store each time would keep it from recovering. */
  readonly retryMs?: number;
  /** Returns the error that callers get when `read` throws; by default the original error. */
  readonly explain?: (key: string, cause: unknown) => unknown;
}

interface Entry<Value> {
  readonly value: Value;
  /** Monotonic time since which a newer value has been known but not read; `null` if there is none. */
  outdatedAt: number | null;
}

interface Read<Result> {
  readonly promise: Promise<Result>;
  readonly mark: Mark;
}

/** Records that a value changed after a read began, which means that the result may be outdated. */
interface Mark {
  outdated: boolean;
}

/** Maximum time that one change delays the feed. */
const APPLY_MS = 100;
/** Pause between two attempts to read an outdated value. */
const AGAIN_MS = 1_000;
const MAX_FAILURES = 10_000;

/**
 * A cache of tenant state: read on first use, and dropped or refreshed when the change feed reports a change. A value that changes during a
 * read is read again, so that outdated values do not stay in the cache.
 */
export class TenantCache<Value extends object | null> implements ChangeSubscriber {
  readonly topics: readonly string[];
  private readonly held: LRUCache<string, Entry<NonNullable<Value>>>;
  private readonly reading = new Map<string, Read<Value>>();
  private readonly failures: LRUCache<string, { readonly error: Error }> | null;
  private readonly listeners = new Set<(key: string | null) => void>();
  private stopped = false;

  constructor(private readonly options: TenantCacheOptions<Value>) {
    const { maxSize, sizeOf = () => 1, retryMs: ttl, changes, feed } = options;
    this.held = new LRUCache({
      maxSize,
      // A value larger than the cache would never be stored and would be read on each use.
      sizeCalculation: ({ value }) => Math.max(1, Math.min(sizeOf(value), maxSize)),
    });
    this.failures = ttl === undefined ? null : new LRUCache({ ...maxEntries(MAX_FAILURES), ttl });
    this.topics = Object.keys(changes);
    feed.register(this);
  }

  /** Returns the cached value if it is current; if it returns `undefined`, call {@link get}. */
  peek(key: string): NonNullable<Value> | undefined {
    const entry = this.held.get(key);
    if (entry === undefined || this.options.whenSilent === 'answer') return entry?.value;
    return this.options.feed.isFresh() && !this.isTooOld(entry) ? entry.value : undefined;
  }

  /** Returns whether the cached value may be outdated; for caches that keep returning values while the feed is silent. */
  isStale(key: string): boolean {
    const entry = this.held.peek(key);
    return !this.options.feed.isFresh() || (entry !== undefined && this.isTooOld(entry));
  }

  /**
   * Returns the current value. Errors: `unavailable` while the feed is silent, unless `whenSilent` specifies otherwise, and any error that
   * `read` throws.
   */
  get(key: string): Promise<Value> {
    const value = this.peek(key);
    return value === undefined ? this.renew(key) : Promise.resolve(value);
  }

  /** Reads a value from the store even if it is cached. Concurrent callers share one read. Errors: see {@link get}. */
  renew(key: string): Promise<Value> {
    const { feed, what, whenSilent = 'refuse' } = this.options;
    if (whenSilent === 'refuse' && !feed.isFresh()) {
      return Promise.reject(stale(feed, 'state_stale', `${what} not known to be current; try again.`));
    }
    const failure = this.failures?.get(key);
    if (failure) return Promise.reject(failure.error);
    const running = this.reading.get(key);
    if (running) return running.promise;
    const mark: Mark = { outdated: false };
    const promise = this.readUntilCurrent(key, mark).finally(() => this.reading.delete(key));
    this.reading.set(key, { promise, mark });
    return promise;
  }

  /** Returns the keys of the cached values. */
  keys(): readonly string[] {
    return [...this.held.keys()];
  }

  /** Restarts current reads, and clears failures. */
  outdateReads(): void {
    this.failures?.clear();
    for (const { mark } of this.reading.values()) mark.outdated = true;
  }

  /**
   * Calls `listener` with the key of a value that may have changed, or with `null` if any value may have.
   * @returns a function that removes the listener.
   */
  onChange(listener: (key: string | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Handles the case in which any value may have changed: drops all values, or refreshes the values that may be returned while the feed is
   * silent.
   */
  load(): Promise<void> {
    this.outdateReads();
    if (this.options.refresh && this.options.whenSilent === 'answer') {
      for (const key of this.keys()) void this.outdate(key);
    } else this.held.clear();
    this.notifyListeners(null);
    return Promise.resolve();
  }

  /**
   * For values that are refreshed, resolves when the new value is cached. It waits only briefly, because later changes in the feed
   * (revocations) must not wait for a slow store.
   */
  async apply(change: Change): Promise<void> {
    const outdated = this.options.changes[change.topic]?.(change);
    if (outdated === undefined) return;
    if (outdated === null) return this.load();
    const named = typeof outdated === 'string' ? [outdated] : outdated;
    const keys = 'prefix' in named ? this.beginningWith(named.prefix) : named;
    await Promise.all(keys.map((key) => this.change(key, change)));
  }

  /** Stops retrying reads of outdated values. */
  stop(): void {
    this.stopped = true;
  }

  private async change(key: string, change: Change): Promise<void> {
    this.failures?.delete(key);
    const read = this.reading.get(key);
    if (read) read.mark.outdated = true;
    this.notifyListeners(key);
    const { refresh } = this.options;
    if (!refresh) {
      this.held.delete(key);
      return;
    }
    const entry = this.held.peek(key);
    if (entry === undefined || refresh.isBehind?.(entry.value, change) === false) return;
    await Promise.race([this.outdate(key), sleep(APPLY_MS, undefined, { ref: false })]);
  }

  /** Replaces a cached value, retrying until a read succeeds. */
  private async outdate(key: string): Promise<void> {
    const entry = this.held.peek(key);
    if (entry) entry.outdatedAt ??= performance.now();
    while (!this.stopped && this.held.has(key)) {
      try {
        await this.renew(key);
        return;
      } catch {
        // `explain` reports the error.
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  private isTooOld({ outdatedAt }: Entry<NonNullable<Value>>): boolean {
    return outdatedAt !== null && performance.now() - outdatedAt > (this.options.refresh?.maxStalenessMs ?? 0);
  }

  private beginningWith(prefix: string): readonly string[] {
    return [...this.held.keys(), ...this.reading.keys()].filter((key) => key.startsWith(prefix));
  }

  private notifyListeners(key: string | null): void {
    for (const listener of this.listeners) listener(key);
  }

  private async readUntilCurrent(key: string, mark: Mark): Promise<Value> {
    const wasOutdated = (): boolean => {
      const { outdated } = mark;
      mark.outdated = false;
      return outdated;
    };
    try {
      for (;;) {
        const value = await this.options.read(key);
        if (wasOutdated()) continue;
        if (value === null) this.held.delete(key);
        else this.held.set(key, { value, outdatedAt: null });
        return value;
      }
    } catch (cause) {
      const error = this.options.explain?.(key, cause) ?? cause;
      this.failures?.set(key, { error: error as Error });
      throw error;
    }
  }
}
