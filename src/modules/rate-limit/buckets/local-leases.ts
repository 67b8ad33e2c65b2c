/**
 * The maximum number of names with occupied slots. Beyond this number, the oldest name is dropped. The number of slots for a name is capped
 * by that name's limit.
 */
const MAX_NAMES = 100_000;

/** The slots of concurrency limits, in this process's memory. */
export class LocalLeases {
  private readonly byName = new Map<string, Map<string, number>>();

  /** @param now returns monotonic milliseconds. */
  constructor(private readonly now: () => number) {}

  /** Returns true if there was a free slot. */
  acquire(name: string, id: string, limit: number, ttlMs: number): boolean {
    const now = this.now();
    const held = this.byName.get(name) ?? new Map<string, number>();
    if (held.size >= limit) for (const [known, endsAt] of held) if (endsAt <= now) held.delete(known);
    if (held.size >= limit) return false;
    if (held.size === 0) this.add(name, held);
    held.set(id, now + ttlMs);
    return true;
  }

  release(name: string, id: string): void {
    const held = this.byName.get(name);
    if (held?.delete(id) === true && held.size === 0) this.byName.delete(name);
  }

  private add(name: string, held: Map<string, number>): void {
    if (this.byName.size >= MAX_NAMES)
      for (const oldest of this.byName.keys()) {
        this.byName.delete(oldest);
        break;
      }
    this.byName.set(name, held);
  }
}
