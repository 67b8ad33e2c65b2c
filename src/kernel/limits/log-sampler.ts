const MAX_KEYS = 10_000;

interface Last {
  readonly atMs: number;
  omitted: number;
}

/**
 * Samples repeated log messages: lets one message per key and interval through, and counts the others, so that a flood of messages cannot
 * fill the log.
 */
export class LogSampler {
  /** In the order in which messages last passed. */
  private readonly last = new Map<string, Last>();

  /** @param now monotonic milliseconds. */
  constructor(
    private readonly intervalMs: number,
    private readonly now: () => number,
  ) {}

  /**
   * Returns the number of this key's messages that were omitted since the last message that passed; `null` if the current message must be
   * omitted.
   */
  sample(key: string): number | null {
    const now = this.now();
    const last = this.last.get(key);
    if (last && now - last.atMs < this.intervalMs) {
      last.omitted++;
      return null;
    }
    this.last.delete(key);
    if (this.last.size >= MAX_KEYS) this.forgetOldest();
    this.last.set(key, { atMs: now, omitted: 0 });
    return last?.omitted ?? 0;
  }

  private forgetOldest(): void {
    for (const key of this.last.keys()) {
      this.last.delete(key);
      return;
    }
  }
}
