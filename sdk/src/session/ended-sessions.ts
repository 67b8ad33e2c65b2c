/** The time for which an ended session is remembered: as long as Node lets a browser send a request by default. */
const KEPT_MS = 300_000;
const MAX_SESSIONS = 10_000;

const SHARED = Symbol.for('@cpod/sdk ended sessions');

/**
 * The IDs of sessions that ended recently in this process, so that late requests cannot revive them. Beyond 10,000 sessions, it forgets
 * the oldest first.
 */
export class EndedSessions {
  readonly #untilMs: Map<string, number>;

  /** @param untilMs the entries, with the time in Unix milliseconds until which each one is kept. */
  constructor(untilMs: Map<string, number> = sharedEntries()) {
    this.#untilMs = untilMs;
  }

  add(id: string, nowMs: number): void {
    // Map keeps the order of insertion: the first entries are the oldest.
    this.#untilMs.delete(id);
    this.#untilMs.set(id, nowMs + KEPT_MS);
    for (const [oldest, untilMs] of this.#untilMs) {
      if (untilMs > nowMs && this.#untilMs.size <= MAX_SESSIONS) break;
      this.#untilMs.delete(oldest);
    }
  }

  has(id: string, nowMs: number): boolean {
    return nowMs < (this.#untilMs.get(id) ?? 0);
  }
}

/**
 * Returns the entries of this process. Next.js loads the proxy and the route handlers as separate copies of this module, and the proxy has to
 * know that a route handler has ended a session. Sharing is safe, because IDs are random and an entry only ever refuses a session.
 */
function sharedEntries(): Map<string, number> {
  const holder = globalThis as { [SHARED]?: Map<string, number> };
  return (holder[SHARED] ??= new Map());
}
