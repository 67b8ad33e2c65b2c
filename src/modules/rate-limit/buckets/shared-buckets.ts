import { setTimeout as sleep } from 'node:timers/promises';
import { outage } from '../../../kernel/errors/app-error';
import { gcraFits } from '../../../kernel/limits/gcra';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import type { Logger } from '../../../kernel/telemetry/logger';
import { shareOf } from '../domain/limit';
import type { BucketStore, Take } from './bucket-store';
import { Buckets, type Counted, localKey } from './buckets';
import { LeasedTokens, type LimitRate, type UnusedTokens } from './leased-tokens';
import { LocalBuckets } from './local-buckets';
import { LocalLeases } from './local-leases';
import { type TakeGroup, TakeQueue } from './take-queue';

export interface SharedBucketsOptions {
  readonly store: BucketStore;
  readonly maxKeys: number;
  /** The maximum time to wait for the store. */
  readonly timeoutMs: number;
  /** Returns the number of processes that share a limit while the store is unavailable. */
  readonly replicas: () => number;
  readonly logger: Logger;
  /** Returns monotonic milliseconds. */
  readonly now: () => number;
}

/** The maximum number of groups per request to the store. */
const MAX_GROUPS = 1_000;
const PROBE_EVERY_MS = 500;
const SWEEP_EVERY_MS = 250;

/**
 * Keeps the counts in a store that several processes share. Calls that arrive while the store is busy are sent together in the next
 * request, and for large limits, some calls are leased in advance ({@link LeasedTokens}). The store counts each call before it is allowed,
 * regardless of the number of processes. Calls for keys that are known to be over their limit are refused from memory, so that an overload
 * does not reach the store. If the store does not respond, this process continues with its share of each limit, based on the counts that it
 * knows, until the store is available again.
 */
export class SharedBuckets extends Buckets {
  /** The earliest times at which counts can be empty, as reported by the store. Other processes may have filled the counts further. */
  private readonly known: LocalBuckets;
  private share: LocalBuckets;
  private readonly leases: LocalLeases;
  private readonly queue = new TakeQueue();
  private readonly leased: LeasedTokens;
  private sweeps: ScheduledTask | null = null;
  private running = false;
  private isDown = false;
  private isClosed = false;

  constructor(private readonly options: SharedBucketsOptions) {
    super();
    this.known = new LocalBuckets(options.maxKeys, options.now);
    this.share = new LocalBuckets(options.maxKeys, options.now);
    this.leases = new LocalLeases(options.now);
    this.leased = new LeasedTokens(options.replicas, options.now);
  }

  override get isDegraded(): boolean {
    return this.isDown;
  }

  override take(tenantId: string, name: string, rate: LimitRate, cost: number): Counted | Promise<Counted> {
    if (cost === 1) {
      const used = this.leased.use(localKey(tenantId, name), rate);
      if (used >= 0) return { allowed: true, filledMs: used, rate, degraded: false };
    }
    const filledMs = this.known.filledMs(tenantId, name);
    if (filledMs > 0 && !gcraFits(rate, filledMs, cost)) {
      return { allowed: false, filledMs, rate, degraded: this.isDown };
    }
    if (this.isDown) return this.takeOfShare(tenantId, name, rate, cost);
    return new Promise((resolve) => {
      this.queue.add(tenantId, name, rate, cost, (allowed, filled) => {
        // A negative level means that the store was unavailable.
        resolve(
          filled < 0
            ? this.takeOfShare(tenantId, name, rate, cost)
            : { allowed, filledMs: filled, rate, degraded: false },
        );
      });
      if (!this.running) void this.run();
    });
  }

  override giveBack(tenantId: string, name: string, filledMs: number): void {
    const key = localKey(tenantId, name);
    if (this.isDown) this.share.giveBack(tenantId, name, filledMs);
    this.returnUnused([{ key, tenantId, name, filledMs }]);
  }

  override async forget(tenantId: string, names: readonly string[]): Promise<void> {
    try {
      await this.ask(() => this.options.store.forget(tenantId, names));
    } catch (error) {
      throw outage('store_unavailable', { message: 'Failed to reset the counts. Try again.', cause: error });
    }
    this.forgetHere(tenantId, names);
  }

  override forgetHere(tenantId: string, names: readonly string[]): void {
    for (const name of names) {
      this.known.forget(tenantId, name);
      this.share.forget(tenantId, name);
      this.leased.forget(localKey(tenantId, name));
    }
  }

  override async acquire(tenantId: string, name: string, id: string, limit: number, ttlMs: number): Promise<boolean> {
    if (!this.isDown) {
      try {
        return await this.ask(() => this.options.store.acquire({ tenantId, name, id, limit, ttlMs }));
      } catch {
        // The store is marked as unavailable, so the share applies.
      }
    }
    const share = Math.max(1, Math.floor(limit / Math.max(1, this.options.replicas())));
    return this.leases.acquire(localKey(tenantId, name), id, share, ttlMs);
  }

  override async release(tenantId: string, name: string, id: string): Promise<void> {
    this.leases.release(localKey(tenantId, name), id);
    // A lease that cannot be returned expires.
    if (!this.isDown) await this.ask(() => this.options.store.release(tenantId, name, id)).catch(() => undefined);
  }

  /** Connects, so that the first decision does not wait. Retries until the store is available. */
  async open(): Promise<void> {
    await this.ask(() => this.options.store.ping()).catch(() => undefined);
    const turn = (): void => this.returnUnused(this.leased.lapsed());
    this.sweeps = new ScheduledTask({ everyMs: SWEEP_EVERY_MS, turn, failed: () => undefined });
    this.sweeps.start();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.sweeps?.stop();
    await this.options.store.close();
  }

  private async run(): Promise<void> {
    this.running = true;
    // Waits for one turn of the event loop, so that simultaneous calls share the first request.
    await new Promise(setImmediate);
    while (!this.queue.isEmpty) await this.answer(this.queue.drain(MAX_GROUPS));
    this.running = false;
  }

  private async answer(groups: readonly TakeGroup[]): Promise<void> {
    const askedAt = this.options.now();
    try {
      if (this.isDown) throw new Error('The store is unavailable.');
      const takes = groups.map((group) => this.takeOf(group));
      const taken = await this.ask(() => this.options.store.take(takes));
      for (const [index, group] of groups.entries()) {
        const { granted, filledMs } = taken[index] ?? { granted: 0, filledMs: 0 };
        // The request was sent before the store read its clock, so this process never assumes a higher level than the store does.
        const emptyAt = askedAt + filledMs;
        if (filledMs > 0) this.known.raise(group.tenantId, group.name, emptyAt);
        const ahead = Math.max(0, granted - group.waiters.length);
        if (group.cost === 1 && granted > 0) {
          this.leased.add(group.tenantId, group.name, group.key, group.rate, ahead, emptyAt);
        }
        tell(group, granted - ahead, filledMs - ahead * group.cost * group.rate.intervalMs);
      }
    } catch {
      for (const { waiters } of groups) for (const waiter of waiters) waiter(false, -1);
    }
  }

  private takeOf({ tenantId, name, key, rate, cost, waiters }: TakeGroup): Take {
    const calls = waiters.length + (cost === 1 ? this.leased.ahead(key, rate) : 0);
    return { tenantId, name, stepMs: cost * rate.intervalMs, capacityMs: rate.capacityMs, calls };
  }

  /**
   * Gives back the counts of calls that did not happen. While the store is unavailable, these calls stay counted, which is the safe choice.
   */
  private returnUnused(unused: readonly UnusedTokens[]): void {
    if (unused.length === 0) return;
    for (const { tenantId, name, filledMs } of unused) this.known.giveBack(tenantId, name, filledMs);
    if (this.isDown) return;
    const ordered = [...unused].sort((a, b) => (a.key < b.key ? -1 : 1));
    this.ask(() => this.options.store.giveBack(ordered)).catch(() => undefined);
  }

  private takeOfShare(tenantId: string, name: string, rate: LimitRate, cost: number): Counted {
    const share = shareOf(rate, this.options.replicas(), cost);
    // The last reported level still applies, so the share starts as full as the limit was.
    const known = this.known.filledMs(tenantId, name);
    if (known > 0) this.share.raise(tenantId, name, this.options.now() + known);
    const filled = this.share.take(tenantId, name, share, cost);
    const allowed = filled >= 0;
    return { allowed, filledMs: allowed ? filled : -1 - filled, rate: share, degraded: true };
  }

  /** Sends one request to the store, with a timeout. A failure counts as an outage. */
  private async ask<T>(question: () => Promise<T>): Promise<T> {
    const limit = new AbortController();
    try {
      const late = sleep(this.options.timeoutMs, undefined, { signal: limit.signal }).then(() => {
        throw new Error(`The store did not respond within ${this.options.timeoutMs} ms.`);
      });
      late.catch(() => undefined);
      return await Promise.race([question(), late]);
    } catch (error) {
      this.goDown(error);
      throw error;
    } finally {
      limit.abort();
    }
  }

  private goDown(error: unknown): void {
    if (this.isDown || this.isClosed) return;
    this.isDown = true;
    this.options.logger.error({ err: error }, 'The rate limit store is unavailable; applying a local share');
    void this.untilBack();
  }

  private async untilBack(): Promise<void> {
    while (!this.isClosed) {
      await sleep(PROBE_EVERY_MS, undefined, { ref: false });
      try {
        await Promise.race([this.options.store.ping(), this.late()]);
        break;
      } catch {
        // The store is still unavailable.
      }
    }
    if (this.isClosed) return;
    this.share = new LocalBuckets(this.options.maxKeys, this.options.now);
    this.isDown = false;
    this.options.logger.warn({}, 'The rate limit store is available again');
  }

  private async late(): Promise<never> {
    await sleep(this.options.timeoutMs, undefined, { ref: false });
    throw new Error('The store did not respond in time.');
  }
}

/** Resolves the waiters of a group: the first `granted` calls are allowed, each with the fill level after it. */
function tell({ waiters, rate, cost }: TakeGroup, granted: number, filledMs: number): void {
  for (const [place, waiter] of waiters.entries()) {
    if (place < granted) waiter(true, Math.max(0, filledMs - (granted - 1 - place) * cost * rate.intervalMs));
    else waiter(false, filledMs);
  }
}
