import { gcraFits, type GcraRate } from '../../../kernel/limits/gcra';

/**
 * Counts in the memory of this process: for each key the moment at which everything counted has leaked out, and nothing
 * else. Bounded: beyond `maxKeys` the key that was counted longest ago is forgotten, which most likely has leaked out.
 */
export class LocalBuckets {
  /** In the order in which they were last counted. */
  private readonly emptyAt = new Map<string, number>();

  /** @param now monotonic milliseconds. */
  constructor(
    private readonly maxKeys: number,
    readonly now: () => number,
  ) {}

  /** How full a key is, milliseconds. */
  filledMs(key: string): number {
    const known = this.emptyAt.get(key);
    if (known === undefined) return 0;
    const filled = known - this.now();
    return filled > 0 ? filled : 0;
  }

  /** Counts `cost` unless it does not fit; how full the key is then, and -1 - that for a call that was refused. */
  take(key: string, rate: GcraRate, cost: number): number {
    const now = this.now();
    const known = this.emptyAt.get(key);
    const filled = known === undefined || known < now ? 0 : known - now;
    if (!gcraFits(rate, filled, cost)) return -1 - filled;
    const after = filled + cost * rate.intervalMs;
    this.set(key, now + after, known !== undefined);
    return after;
  }

  /** Notes that a key is filled until a moment at least. */
  raise(key: string, emptyAt: number): void {
    const known = this.emptyAt.get(key);
    if (known === undefined || known < emptyAt) this.set(key, emptyAt, known !== undefined);
  }

  giveBack(key: string, filledMs: number): void {
    const known = this.emptyAt.get(key);
    if (known !== undefined) this.emptyAt.set(key, known - filledMs);
  }

  forget(key: string): void {
    this.emptyAt.delete(key);
  }

  get size(): number {
    return this.emptyAt.size;
  }

  private set(key: string, emptyAt: number, isKnown: boolean): void {
    if (isKnown) this.emptyAt.delete(key);
    else if (this.emptyAt.size >= this.maxKeys) this.forgetOldest();
    this.emptyAt.set(key, emptyAt);
  }

  private forgetOldest(): void {
    for (const key of this.emptyAt.keys()) {
      this.emptyAt.delete(key);
      return;
    }
  }
}
