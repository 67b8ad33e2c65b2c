import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { maxEntries } from '../../kernel/memory/max-entries';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { firstOfMonth } from './domain/month';
import { storedName } from './domain/stored-name';
import { Replicas } from './replicas';
import { type Use, UsageRepository } from './storage/usage.repository';

const FLUSH_MS = 1_000;
const RETRY_MS = 1_000;
/**
 * If less than this fraction of a quota is left, or fewer than this many calls, each call is counted in the store before the response.
 */
const EXACT_PART = 0.01;
const EXACT_LAST = 1_000;
/** The maximum number of quotas in memory, far more than are used simultaneously. */
const MAX_HELD = 100_000;
const MAX_FLUSHED = 1_000;

interface Usage {
  readonly tenantId: string;
  readonly name: string;
  readonly month: string;
  /** The last reported usage of all processes; `null` until it is known. */
  used: number | null;
  /** The usage that this process has allowed and not yet written to the store. */
  pending: number;
}

/** The state of a quota. */
export interface QuotaState {
  readonly allowed: boolean;
  readonly used: number;
  readonly degraded: boolean;
}

/**
 * Monthly quotas. PostgreSQL stores the usage, which is written once a second, so a quota can be exceeded by at most one second of traffic,
 * and a killed process loses at most that much. Near its end, a quota is exact: each call is first counted in the store. While the store is
 * unavailable, each process allows its share of the remainder.
 */
@Injectable()
export class Quotas {
  private readonly usages = new LRUCache<string, Usage>({
    ...maxEntries(MAX_HELD),
    dispose: (usage, _key, reason) => {
      if (reason === 'evict' && usage.pending !== 0) void this.write([usage]);
    },
  });
  private readonly dirty = new Set<Usage>();
  /** The monotonic time. */
  private retryAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly repository: UsageRepository,
    private readonly replicas: Replicas,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleDestroy(): Promise<void> {
    await this.flush();
  }

  /** Counts `cost` against a quota if it fits. */
  async take(tenantId: string, name: string, quota: number, cost: number): Promise<QuotaState> {
    const usage = this.usage(tenantId, name);
    if (usage.used === null && !(await this.write([usage]))) return this.takeOfShare(usage, quota, cost);
    const used = (usage.used ?? 0) + usage.pending;
    if (used + cost > quota) return { allowed: false, used, degraded: false };
    const left = quota - used - cost;
    this.add(usage, cost);
    if (left > Math.max(EXACT_LAST, quota * EXACT_PART)) return { allowed: true, used: used + cost, degraded: false };
    if (!(await this.write([usage]))) {
      this.add(usage, -cost);
      return this.takeOfShare(usage, quota, cost);
    }
    const total = usage.used ?? 0;
    if (total <= quota) return { allowed: true, used: total, degraded: false };
    // Other processes have already used the remainder.
    this.add(usage, -cost);
    return { allowed: false, used: quota, degraded: false };
  }

  /** Subtracts a count after a different limit has refused the call. */
  giveBack(tenantId: string, name: string, cost: number): void {
    this.add(this.usage(tenantId, name), -cost);
  }

  /** Writes usage that is not yet in the store. */
  @Scheduled({ name: 'rate_limit.write_quotas', everyMs: FLUSH_MS, failure: 'Failed to write quota usage' })
  async flush(): Promise<void> {
    const waiting = [...this.dirty];
    for (let at = 0; at < waiting.length; at += MAX_FLUSHED) await this.write(waiting.slice(at, at + MAX_FLUSHED));
  }

  private takeOfShare(usage: Usage, quota: number, cost: number): QuotaState {
    const share = Math.floor((quota - (usage.used ?? 0)) / this.replicas.count());
    const allowed = usage.pending + cost <= share;
    if (allowed) this.add(usage, cost);
    return { allowed, used: (usage.used ?? 0) + usage.pending, degraded: true };
  }

  private usage(tenantId: string, name: string): Usage {
    const month = firstOfMonth(this.clock.nowMs());
    const key = `${tenantId} ${month} ${name}`;
    const known = this.usages.get(key);
    if (known) return known;
    const usage: Usage = { tenantId, name, month, used: null, pending: 0 };
    this.usages.set(key, usage);
    return usage;
  }

  private add(usage: Usage, amount: number): void {
    usage.pending += amount;
    this.dirty.add(usage);
  }

  /** Returns true if the usage is in the store. After a failure, pauses before the next attempt. */
  private async write(usages: readonly Usage[]): Promise<boolean> {
    if (performance.now() < this.retryAt) return false;
    const byMonth = Map.groupBy(usages, ({ month }) => month);
    let isWritten = true;
    for (const [month, all] of byMonth) isWritten = (await this.writeMonth(month, all)) && isWritten;
    return isWritten;
  }

  private async writeMonth(month: string, usages: readonly Usage[]): Promise<boolean> {
    const ordered = [...usages].sort((a, b) => (`${a.tenantId} ${a.name}` < `${b.tenantId} ${b.name}` ? -1 : 1));
    const uses: Use[] = ordered.map(({ tenantId, name, pending }) => ({
      tenantId,
      name: storedName(name),
      amount: pending,
    }));
    for (const [index, usage] of ordered.entries()) {
      usage.pending -= uses[index]?.amount ?? 0;
      this.dirty.delete(usage);
    }
    try {
      const sums = await this.repository.add(month, uses);
      for (const [index, usage] of ordered.entries()) usage.used = sums[index] ?? usage.used;
      return true;
    } catch (error) {
      for (const [index, usage] of ordered.entries()) this.add(usage, uses[index]?.amount ?? 0);
      this.retryAt = performance.now() + RETRY_MS;
      this.logger.warn({ err: error }, 'Failed to write quota usage; retrying');
      return false;
    }
  }
}
