/** A limit: `limit` in each window, of which all may come at once. */
interface GcraOptions {
  readonly limit: number;
  readonly windowMs: number;
  /** Most keys that are remembered; beyond it the one that was counted longest ago is forgotten. */
  readonly maxKeys: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A rate and a burst as times: one count fills a key by `intervalMs`, and it is full at `capacityMs`. */
export interface GcraRate {
  readonly intervalMs: number;
  readonly capacityMs: number;
}

/** How a key stands against a limit. */
export interface GcraStanding {
  readonly isOver: boolean;
  /** How many more may come now. */
  readonly remaining: number;
  /** Milliseconds until one more may come; 0 when it may now. */
  readonly retryAfterMs: number;
  /** Milliseconds until everything is forgotten. */
  readonly resetMs: number;
}

/** What a sum of fractions may be short of a whole, in counts. */
const ROUNDING = 1e-6;

/**
 * Whether `cost` counts more fit a key that is filled by `filledMs`: the one comparison of the generic cell rate algorithm
 * (ITU-T I.371), for keys that are held elsewhere.
 */
export function gcraFits(rate: GcraRate, filledMs: number, cost: number): boolean {
  return (rate.capacityMs - filledMs) / rate.intervalMs + ROUNDING >= cost;
}

/** How many counts more fit a key that is filled by `filledMs`. */
export function gcraRemaining(rate: GcraRate, filledMs: number): number {
  return Math.max(0, Math.floor((rate.capacityMs - filledMs) / rate.intervalMs + ROUNDING));
}

/** How a key that is filled by `filledMs` stands; over when `cost` does not fit. */
export function gcraStanding(rate: GcraRate, filledMs: number, cost = 1): GcraStanding {
  const { intervalMs, capacityMs } = rate;
  const isOver = !gcraFits(rate, filledMs, cost);
  return {
    isOver,
    remaining: gcraRemaining(rate, filledMs),
    retryAfterMs: isOver ? filledMs + cost * intervalMs - capacityMs : 0,
    resetMs: filledMs,
  };
}

/**
 * The generic cell rate algorithm (ITU-T I.371): one number per key, the time at which everything counted has leaked out.
 * It is exact: no window begins anew, so that nobody gets twice the limit across a boundary, and a refused request costs
 * nothing. In the memory of one process; keys that have leaked out weigh nothing, and the map is bounded.
 */
export class Gcra {
  /** In the order in which they were last counted. */
  private readonly emptyAt = new Map<string, number>();
  private readonly rate: GcraRate;

  constructor(private readonly options: GcraOptions) {
    this.rate = { intervalMs: options.windowMs / options.limit, capacityMs: options.windowMs };
  }

  /** How a key stands, without counting. */
  look(key: string): GcraStanding {
    const now = this.options.now();
    return gcraStanding(this.rate, Math.max(this.emptyAt.get(key) ?? now, now) - now);
  }

  /** Counts one for a key, unless it is over; how it stood before. */
  take(key: string): GcraStanding {
    const now = this.options.now();
    const known = this.emptyAt.get(key);
    const filledMs = Math.max(known ?? now, now) - now;
    const before = gcraStanding(this.rate, filledMs);
    if (before.isOver) return before;
    if (known !== undefined) this.emptyAt.delete(key);
    else if (this.emptyAt.size >= this.options.maxKeys) this.forgetOldest();
    this.emptyAt.set(key, now + filledMs + this.rate.intervalMs);
    return before;
  }

  get size(): number {
    return this.emptyAt.size;
  }

  private forgetOldest(): void {
    for (const key of this.emptyAt.keys()) {
      this.emptyAt.delete(key);
      return;
    }
  }
}
