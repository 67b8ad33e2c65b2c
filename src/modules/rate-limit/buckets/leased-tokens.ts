import { LRUCache } from 'lru-cache';
import type { GcraRate } from '../../../kernel/limits/gcra';
import { maxEntries } from '../../../kernel/memory/max-entries';

/** The maximum number of unused tokens across all processes, as a fraction of a limit. A window can exceed its limit by this fraction. */
const PART = 0.01;
/** The minimum number of tokens worth leasing. Below it, no tokens are leased, which keeps small limits exact to the call. */
const WORTHWHILE = 10;
/** The number of tokens to request when a count comes into use; it is doubled as long as the tokens are used up in time. */
const FIRST_WANTED = 2;
/** The maximum number of tokens to request at a time; requesting more would not save anything. */
const MOST = 1_000;
/** The time after which unused tokens are returned. */
const HELD_MS = 500;
/** The maximum number of counts with tokens. */
const MAX_HELD = 100_000;

/** A rate, with the limit that it represents. */
export interface LimitRate extends GcraRate {
  readonly limit: number;
  readonly burst: number;
}

interface Held {
  readonly key: string;
  readonly tenantId: string;
  readonly name: string;
  readonly rate: LimitRate;
  /** The number of calls that the store has already counted and that this process can still allow. */
  tokens: number;
  /** The number of tokens right after tokens were last added. */
  added: number;
  /** The number of tokens to request next time, which is the number that was used up recently. */
  wanted: number;
  /** The time until which the count is filled, including these calls. */
  emptyAt: number;
  until: number;
}

/** Tokens to return to the store. */
export interface UnusedTokens {
  readonly key: string;
  readonly tenantId: string;
  readonly name: string;
  readonly filledMs: number;
}

/**
 * Calls that a shared store counted in advance, for frequently used counts, so that most calls do not need a request to the store. Each
 * call is counted before it is allowed, so the sum never exceeds the limit; a call may be allowed up to half a second after it was counted.
 * All processes together have at most 1% of a limit, so no window exceeds it by more than 1%.
 */
export class LeasedTokens {
  private readonly held = new LRUCache<string, Held>(maxEntries(MAX_HELD));

  /** @param now returns monotonic milliseconds. */
  constructor(
    private readonly replicas: () => number,
    private readonly now: () => number,
  ) {}

  /** Uses one token. Returns the fill level (milliseconds) without the remaining tokens, or -1 if there was no token. */
  use(key: string, rate: LimitRate): number {
    const held = this.held.get(key);
    if (held === undefined || held.tokens === 0) return -1;
    const now = this.now();
    if (held.until < now || !isSame(held.rate, rate)) return -1;
    held.tokens--;
    // The tokens were used up in time, so request up to twice as many.
    if (held.tokens === 0) held.wanted = Math.min(held.wanted * 2, mostOf(rate, this.replicas()));
    return Math.max(0, held.emptyAt - now - held.tokens * rate.intervalMs);
  }

  /** Returns the number of calls to request in advance, in addition to the waiting calls. */
  ahead(key: string, rate: LimitRate): number {
    const most = mostOf(rate, this.replicas());
    if (most < WORTHWHILE) return 0;
    const held = this.held.get(key);
    return held === undefined || !isSame(held.rate, rate) ? 0 : Math.max(0, Math.min(held.wanted, most) - held.tokens);
  }

  /**
   * Adds tokens that were counted in advance. The first call does not add tokens; it only marks the count as in use.
   * @param emptyAt the time at which the count will be empty.
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

  /** Removes tokens that were not used in time. The next request for a count in use asks only for as many tokens as it used. */
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
      // If all tokens were used up, `use` has already set the number to request.
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
