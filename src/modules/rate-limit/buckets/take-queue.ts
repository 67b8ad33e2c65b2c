import { localKey } from './buckets';
import type { LimitRate } from './leased-tokens';

/** Waiting calls with the same cost for one count, to be sent together. */
export interface TakeGroup {
  readonly tenantId: string;
  readonly name: string;
  readonly key: string;
  readonly rate: LimitRate;
  readonly cost: number;
  /** One function per call, in order. */
  readonly waiters: ((allowed: boolean, filledMs: number) => void)[];
}

/** Calls that arrived while the store was busy, grouped by count, cost and rate. */
export class TakeQueue {
  private groups = new Map<string, TakeGroup>();

  get isEmpty(): boolean {
    return this.groups.size === 0;
  }

  add(
    tenantId: string,
    name: string,
    rate: LimitRate,
    cost: number,
    waiter: (allowed: boolean, filledMs: number) => void,
  ): void {
    const key = localKey(tenantId, name);
    const known = this.groups.get(key);
    if (
      known?.cost === cost &&
      known.rate.intervalMs === rate.intervalMs &&
      known.rate.capacityMs === rate.capacityMs
    ) {
      known.waiters.push(waiter);
      return;
    }
    // The same count with a different cost or rate, which callers can request, is a separate take.
    const place = known === undefined ? key : `${key} ${cost} ${rate.intervalMs} ${rate.capacityMs}`;
    const other = known === undefined ? undefined : this.groups.get(place);
    if (other) {
      other.waiters.push(waiter);
      return;
    }
    const waiters = [waiter];
    this.groups.set(place, { tenantId, name, key, rate, cost, waiters });
  }

  /** Removes up to `most` groups, in the same order in all processes. */
  drain(most: number): readonly TakeGroup[] {
    const all = [...this.groups.values()];
    const taken = all.length <= most ? all : all.slice(0, most);
    if (taken.length === all.length) this.groups = new Map();
    else this.groups = new Map([...this.groups].slice(most));
    return taken.length < 2 ? taken : [...taken].sort((a, b) => compare(a.key, b.key));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
