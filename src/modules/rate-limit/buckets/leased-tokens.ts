import { LRUCache } from 'lru-cache';
import type { GcraRate } from '../../../kernel/limits/gcra';
import { atMost } from '../../../kernel/memory/at-most';

/** All that processes hold unused together, as a part of a limit: what a window may have too many. */
const PART = 0.01;
/** Fewer are not worth the trouble, and a small limit stays exact to the call. */
const WORTHWHILE = 10;
/** Asked for when a count begins to be in use; doubled while that is used up in time. */
const FIRST_WANTED = 2;
/** More at once save nothing further. */
const MOST = 1_000;
/** After it what is unused is given back. */
const HELD_MS = 500;
/** Counts with tokens in hand. */
const MAX_HELD = 100_000;

/** A rate with the limit that it stands for. */
export interface LimitRate extends GcraRate {
  readonly limit: number;
  readonly burst: number;
}

interface Held {
  readonly key: string;
  readonly tenantId: string;
  readonly name: string;
  readonly rate: LimitRate;
  /** Calls that are counted in the store already and may happen here. */
  tokens: number;
  /** How many they were when some were last added. */
  added: number;
  /** How many are asked for at the next time: as many as were used up lately. */
  wanted: number;
  /** Until when the count is filled, with these calls in it. */
  emptyAt: number;
  until: number;
}

/** What is to be given back to the store. */
export interface UnusedTokens {
  readonly key: string;
  readonly tenantId: string;
  readonly name: string;
  readonly filledMs: number;
}

/**
 * Calls that were counted in a shared store ahead of their coming, for counts that are asked often: most calls then need
 * no question. Each was counted before it is allowed, so that the sum never passes the limit; only when it happens is up to
 * half a second later. All processes together hold at most 1 % of a limit, so no window has more than 1 % too many.
 */
export class LeasedTokens {
  private readonly held = new LRUCache<string, Held>(atMost(MAX_HELD));

  /** @param now monotonic milliseconds. */
  constructor(
    private readonly replicas: () => number,
    private readonly now: () => number,
  ) {}

  /** Uses one; how full the count is then (milliseconds) without those that are left, or -1 when there was none. */
  use(key: string, rate: LimitRate): number {
    const held = this.held.get(key);
    if (held === undefined || held.tokens === 0) return -1;
    const now = this.now();
    if (held.until < now || !isSame(held.rate, rate)) return -1;
    held.tokens--;
    // Used up in time: so many more may be asked for.
    if (held.tokens === 0) held.wanted = Math.min(held.wanted * 2, mostOf(rate, this.replicas()));
    return Math.max(0, held.emptyAt - now - held.tokens * rate.intervalMs);
  }

  /** How many calls to ask for ahead, beside those that wait. */
  ahead(key: string, rate: LimitRate): number {
    const most = mostOf(rate, this.replicas());
    if (most < WORTHWHILE) return 0;
    const held = this.held.get(key);
    return held === undefined || !isSame(held.rate, rate) ? 0 : Math.max(0, Math.min(held.wanted, most) - held.tokens);
  }

  /**
   * Takes in what was counted ahead; none the first time, when it is only noted that the count is in use.
   * @param emptyAt until when the count is filled now.
   */
  add(tenantId: string, name: string, key: string, rate: LimitRate, tokens: number, emptyAt: number): void {
    if (mostOf(rate, this.replicas()) < WORTHWHILE) return;
    const until = this.now() + HELD_MS;
    const held = this.held.get(key);
    if (held && isSame(held.rate, rate)) {
      held.tokens += tokens;
      held.added = held.tokens;
      held.emptyAt = emptyAt;
      held.until = until;
    } else {
      this.held.set(key, { key, tenantId, name, rate, tokens, added: tokens, wanted: FIRST_WANTED, emptyAt, until });
    }
  }

  forget(key: string): void {
    this.held.delete(key);
  }

  /** Takes out what was not used in time. A count that is in use asks for what it used the next time, not for more. */
  lapsed(): readonly UnusedTokens[] {
    const now = this.now();
    const unused: UnusedTokens[] = [];
    for (const [key, held] of this.held.entries()) {
      if (held.until >= now) continue;
      const { tenantId, name, rate, tokens } = held;
      if (tokens > 0) unused.push({ key, tenantId, name, filledMs: tokens * rate.intervalMs });
      if (tokens === held.added) {
        this.held.delete(key);
        continue;
      }
      // What was used up to the last has said by itself how many it wants.
      if (tokens > 0) held.wanted = Math.max(FIRST_WANTED, held.added - tokens);
      held.tokens = 0;
      held.added = 0;
      held.until = now + HELD_MS;
    }
    return unused;
  }
}

function mostOf({ limit, burst }: LimitRate, replicas: number): number {
  return Math.min(MOST, Math.floor((Math.min(limit, burst) * PART) / replicas));
}

function isSame(a: LimitRate, b: LimitRate): boolean {
  return a === b || (a.intervalMs === b.intervalMs && a.capacityMs === b.capacityMs);
}
