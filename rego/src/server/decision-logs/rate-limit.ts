/** A token bucket that holds the tokens for one second, but at least one token. */
export class RateLimit {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly perSecond: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.tokens = this.capacity;
    this.filledAt = now();
  }

  /** Takes a token; returns false if there is none. */
  take(): boolean {
    const now = this.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.filledAt) / 1_000) * this.perSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  private get capacity(): number {
    return Math.max(1, this.perSecond);
  }
}
