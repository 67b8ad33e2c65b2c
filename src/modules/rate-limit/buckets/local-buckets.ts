import { gcraFits, type GcraRate } from '../../../kernel/limits/gcra';

/** The number of counts that are considered for eviction. */
const LOOKED_AT = 4;

type Counts = Map<string, number>;

/**
 * The counts in this process's memory. Each count is stored only as the time at which it will be empty again. The number is bounded: beyond
 * `maxKeys`, each new count evicts another one, preferably an empty count. Otherwise, a tenant with more than an equal share of the counts
 * loses one, so that one tenant's flood of keys does not evict other tenants' counts. Of that tenant's counts, one that will soon be empty
 * is evicted, so that full counts are kept rather than nearly empty ones.
 */
export class LocalBuckets {
  /** The counts by tenant, in the order in which they were last used or skipped. */
  private readonly byTenant = new Map<string, Counts>();
  private readonly hand: Iterator<Found, never>;
  private held = 0;
  /** The tenant that had the most counts during the last search. */
  private fullest = '';

  /** @param now returns monotonic milliseconds. */
  constructor(
    private readonly maxKeys: number,
    readonly now: () => number,
  ) {
    this.hand = this.round();
  }

  /** Returns the fill level of a count, in milliseconds. */
  filledMs(tenantId: string, name: string): number {
    const known = this.byTenant.get(tenantId)?.get(name);
    if (known === undefined) return 0;
    const filled = known - this.now();
    return filled > 0 ? filled : 0;
  }

  /** Counts `cost` if it fits. Returns the fill level, or `-1 - level` for a refused call. */
  take(tenantId: string, name: string, rate: GcraRate, cost: number): number {
    const now = this.now();
    const counts = this.byTenant.get(tenantId);
    const known = counts?.get(name);
    const filled = known === undefined || known < now ? 0 : known - now;
    if (!gcraFits(rate, filled, cost)) return -1 - filled;
    const after = filled + cost * rate.intervalMs;
    if (counts && known !== undefined) touch(counts, name, now + after);
    else this.add(tenantId, name, now + after);
    return after;
  }

  /** Records that a count is not empty before the given time. */
  raise(tenantId: string, name: string, emptyAt: number): void {
    const counts = this.byTenant.get(tenantId);
    const known = counts?.get(name);
    if (!counts || known === undefined) this.add(tenantId, name, emptyAt);
    else if (known < emptyAt) touch(counts, name, emptyAt);
  }

  giveBack(tenantId: string, name: string, filledMs: number): void {
    const counts = this.byTenant.get(tenantId);
    const known = counts?.get(name);
    if (known !== undefined) counts?.set(name, known - filledMs);
  }

  forget(tenantId: string, name: string): void {
    const counts = this.byTenant.get(tenantId);
    if (counts?.delete(name) !== true) return;
    this.held--;
    if (counts.size === 0) this.byTenant.delete(tenantId);
  }

  get size(): number {
    return this.held;
  }

  private add(tenantId: string, name: string, emptyAt: number): void {
    if (this.held >= this.maxKeys) this.makeRoom(tenantId);
    const counts = this.byTenant.get(tenantId);
    if (counts) counts.set(name, emptyAt);
    else this.byTenant.set(tenantId, new Map([[name, emptyAt]]));
    this.held++;
  }

  private makeRoom(forTenant: string): void {
    const now = this.now();
    for (let looked = 0; looked < LOOKED_AT; looked++) {
      const { tenantId, name, emptyAt } = this.hand.next().value;
      if (emptyAt > now) continue;
      this.forget(tenantId, name);
      return;
    }
    const tenantId = this.tenantWithTooMany(forTenant);
    const counts = this.byTenant.get(tenantId);
    if (counts) this.forget(tenantId, soonestOf(counts));
  }

  /** Returns the tenant that must make room: the requesting tenant, unless it has less than its share. */
  private tenantWithTooMany(forTenant: string): string {
    const share = this.maxKeys / this.byTenant.size;
    const hasTooMany = (tenantId: string): boolean => (this.byTenant.get(tenantId)?.size ?? 0) >= share;
    if (hasTooMany(forTenant)) return forTenant;
    if (!hasTooMany(this.fullest)) {
      let most = 0;
      for (const [tenantId, { size }] of this.byTenant) {
        if (size <= most) continue;
        most = size;
        this.fullest = tenantId;
      }
    }
    return this.fullest;
  }

  /** Cycles through all counts, in no particular order. Used only while there are counts. */
  private *round(): Iterator<Found, never> {
    for (;;) {
      for (const [tenantId, counts] of this.byTenant) {
        // Counts that are used in the meantime move to the end. Without a bound, a busy tenant would therefore monopolize the loop.
        let left = counts.size;
        for (const [name, emptyAt] of counts) {
          yield { tenantId, name, emptyAt };
          if (--left <= 0) break;
        }
      }
    }
  }
}

interface Found {
  readonly tenantId: string;
  readonly name: string;
  readonly emptyAt: number;
}

/** Returns the count, among the first few, that will be empty first, and moves all of these counts to the end. */
function soonestOf(counts: Counts): string {
  let soonest: readonly [name: string, emptyAt: number] | null = null;
  const seen: (readonly [name: string, emptyAt: number])[] = [];
  for (const count of counts) {
    seen.push(count);
    if (soonest === null || count[1] < soonest[1]) soonest = count;
    if (seen.length === LOOKED_AT) break;
  }
  for (const [name, emptyAt] of seen) touch(counts, name, emptyAt);
  return soonest?.[0] ?? '';
}

function touch(counts: Counts, name: string, emptyAt: number): void {
  counts.delete(name);
  counts.set(name, emptyAt);
}
