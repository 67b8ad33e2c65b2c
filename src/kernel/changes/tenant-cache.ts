import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { maxEntries } from '../memory/max-entries';
import type { Change } from './change';
import type { ChangeFeed, ChangeSubscriber } from './change-feed';
import { stale } from './stale';

/** Returns the key of a tenant's thing. */
export function keyOf(tenantId: string | null, name: string): string {
  return `${tenantId}/${name}`;
}

/** Splits a key of {@link keyOf} into its parts. The id of a tenant has no slash. */
export function partsOf(key: string): [tenantId: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** The values that a change makes outdated: values by their keys, all whose key begins so, everything (`null`), or nothing. */
export type Invalidation = string | readonly string[] | { readonly prefix: string } | null | undefined;

export interface TenantCacheOptions<Value extends object | null> {
  readonly feed: Pick<ChangeFeed, 'isFresh' | 'register'> & Partial<Pick<ChangeFeed, 'isStoreAway'>>;
  /** The subject and verb of an error message: `Grants are`. */
  readonly what: string;
  /** The entries that a change invalidates, by its topic. */
  readonly changes: Readonly<Record<string, (change: Change) => Invalidation>>;
  /** Reads a value. `null`, for a key that does not exist, is not kept: made-up keys must not push real ones out. */
  readonly read: (key: string) => Promise<Value>;
  /** Most of it in memory, in the unit of `sizeOf`. */
  readonly maxSize: number;
  /** Bytes, by estimate; each value counts as 1 when left out. */
  readonly sizeOf?: (value: NonNullable<Value>) => number;
  /**
   * The behavior while the feed is silent, so that changes are unknown: `refuse` (when left out) answers nothing, `read`
   * reads each time, `answer` keeps answering from memory.
   */
  readonly whenSilent?: 'refuse' | 'read' | 'answer';
  /** Given for values that go on answering after a change until the next one is read, which begins at once. */
  readonly refresh?: {
    /** How long an outdated value answers; with `whenSilent: 'answer'`, until it counts as stale. */
    readonly bearableMs: number;
    /** Returns whether a change is newer than the value in memory; when left out, every change is. */
    readonly isBehind?: (held: NonNullable<Value>, change: Change) => boolean;
  };
  /** After a read failed, its error answers for so long: asking the store each time would keep it from coming back. */
  readonly retryMs?: number;
  /** The error that callers get for what `read` threw; that itself when left out. */
  readonly explain?: (key: string, cause: unknown) => unknown;
}

interface Entry<Value> {
  readonly value: Value;
  /** Monotonic time at which a newer value became known that is not here yet; `null` when there is none. */
  outdatedAt: number | null;
}

interface Read<Result> {
  readonly promise: Promise<Result>;
  readonly mark: Mark;
}

/** Notes that something changed since a read began, so that its result may be old. */
interface Mark {
  outdated: boolean;
}

/** Longest that one change holds up the feed. */
const APPLY_MS = 100;
/** Between two tries to read what is outdated. */
const AGAIN_MS = 1_000;
const MAX_FAILURES = 10_000;

/**
 * State of tenants in memory: read at first use, and forgotten or refreshed when the change feed reports a change. A value
 * that was being read when it changed is read again, so that nothing old stays.
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
      // A value that does not fit alone would never be kept, and be read for each use.
      sizeCalculation: ({ value }) => Math.max(1, Math.min(sizeOf(value), maxSize)),
    });
    this.failures = ttl === undefined ? null : new LRUCache({ ...maxEntries(MAX_FAILURES), ttl });
    this.topics = Object.keys(changes);
    feed.register(this);
  }

  /** Returns the value in memory if it is current; `undefined` means {@link get} it. */
  peek(key: string): NonNullable<Value> | undefined {
    const entry = this.held.get(key);
    if (entry === undefined || this.options.whenSilent === 'answer') return entry?.value;
    return this.options.feed.isFresh() && !this.isTooOld(entry) ? entry.value : undefined;
  }

  /** Returns whether the value in memory may be outdated; for values that answer while the feed is silent. */
  isStale(key: string): boolean {
    const entry = this.held.peek(key);
    return !this.options.feed.isFresh() || (entry !== undefined && this.isTooOld(entry));
  }

  /** Errors: `unavailable` while the feed is silent, unless `whenSilent` says otherwise, and what `read` throws. */
  get(key: string): Promise<Value> {
    const value = this.peek(key);
    return value === undefined ? this.renew(key) : Promise.resolve(value);
  }

  /** Reads a value from the store, also when one is in memory; callers of the same moment share it. Errors: see {@link get}. */
  renew(key: string): Promise<Value> {
    const { feed, what, whenSilent = 'refuse' } = this.options;
    if (whenSilent === 'refuse' && !feed.isFresh()) {
      return Promise.reject(stale(feed, 'state_stale', `${what} not known to be current now; try again.`));
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

  /** The keys of what is in memory. */
  keys(): readonly string[] {
    return [...this.held.keys()];
  }

  /** Has what is being read now read again, and forgets failures. */
  outdateReads(): void {
    this.failures?.clear();
    for (const { mark } of this.reading.values()) mark.outdated = true;
  }

  /**
   * Calls `listener` whenever a value may be another (its key), or any (`null`).
   * @returns ends that.
   */
  onChange(listener: (key: string | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Everything may have changed: forgets it, or refreshes the values that may answer while the feed is silent. */
  load(): Promise<void> {
    this.outdateReads();
    if (this.options.refresh && this.options.whenSilent === 'answer') {
      for (const key of this.keys()) void this.outdate(key);
    } else this.held.clear();
    this.notifyListeners(null);
    return Promise.resolve();
  }

  /**
   * Resolves when the new value is there, for values that are refreshed; or after a moment, as what comes next in the feed
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

  /** Replaces what is held, and tries until it can. */
  private async outdate(key: string): Promise<void> {
    const entry = this.held.peek(key);
    if (entry) entry.outdatedAt ??= performance.now();
    while (!this.stopped && this.held.has(key)) {
      try {
        await this.renew(key);
        return;
      } catch {
        // Told by `explain`.
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  private isTooOld({ outdatedAt }: Entry<NonNullable<Value>>): boolean {
    return outdatedAt !== null && performance.now() - outdatedAt > (this.options.refresh?.bearableMs ?? 0);
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
