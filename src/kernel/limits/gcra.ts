/** A limit: at most `limit` counts per window, which can all arrive simultaneously. */
interface GcraOptions {
  readonly limit: number;
  readonly windowMs: number;
  /** Maximum number of keys. Beyond this number, the least recently counted key is dropped. */
  readonly maxKeys: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A rate and a burst, expressed as durations: one count fills a key by `intervalMs`, and the key is full at `capacityMs`. */
export interface GcraRate {
  readonly intervalMs: number;
  readonly capacityMs: number;
}

/** The state of a key against a limit. */
export interface GcraState {
  readonly isOver: boolean;
  /** Number of counts that are still allowed. */
  readonly remaining: number;
  /** Milliseconds until the next count is allowed; 0 if it is allowed now. */
  readonly retryAfterMs: number;
  /** Milliseconds until the key is empty. */
  readonly resetMs: number;
}

/** Tolerance for sums of fractions, in counts. */
const ROUNDING = 1e-6;

/**
 * Returns whether `cost` more counts fit in a key that is filled by `filledMs`. This is the only comparison of the generic cell rate
 * algorithm (ITU-T I.371), for keys stored elsewhere.
 */
export function gcraFits(rate: GcraRate, filledMs: number, cost: number): boolean {
  return (rate.capacityMs - filledMs) / rate.intervalMs + ROUNDING >= cost;
}

/** Returns how many more counts fit in a key that is filled by `filledMs`. */
export function gcraRemaining(rate: GcraRate, filledMs: number): number {
  return Math.max(0, Math.floor((rate.capacityMs - filledMs) / rate.intervalMs + ROUNDING));
}

/** Returns the state of a key that is filled by `filledMs`. It is over the limit if `cost` does not fit. */
export function gcraState(rate: GcraRate, filledMs: number, cost = 1): GcraState {
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
 * The generic cell rate algorithm (ITU-T I.371): one number per key, the time at which everything counted has leaked out. It is exact: no
 * window restarts, so no caller gets twice the limit across a boundary, and a rejected request is not counted. The state is in the memory
 * of one process. Keys that have leaked out use no memory, and the size of the map is limited.
 */
export class Gcra {
  /** In the order in which keys were last counted; the oldest key is first. */
  private readonly emptyAt = new Map<string, number>();
  private readonly rate: GcraRate;

  constructor(private readonly options: GcraOptions) {
    this.rate = { intervalMs: options.windowMs / options.limit, capacityMs: options.windowMs };
  }

  /** Returns the state of a key, without counting. */
  look(key: string): GcraState {
    const now = this.options.now();
    return gcraState(this.rate, Math.max(this.emptyAt.get(key) ?? now, now) - now);
  }

  /** Counts one event for a key, unless the key is over the limit. Returns the key's previous state. */
  take(key: string): GcraState {
    const now = this.options.now();
    const known = this.emptyAt.get(key);
    const filledMs = Math.max(known ?? now, now) - now;
    const before = gcraState(this.rate, filledMs);
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
