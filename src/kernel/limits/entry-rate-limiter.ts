import { addressKey } from './address-key';
import { Gcra, type GcraState } from './gcra';

/** The unverified origin of a request. */
interface EntryAttempt {
  readonly address: string;
  /** The client id that the request claims; `null` if it claims none. */
  readonly clientId: string | null;
}

/** The rate limit state of a request: whether it can continue, and its limit headers. */
export interface RateLimitState {
  readonly refusedBy: 'address' | 'client' | null;
  /** At least 1 for a rejected request, otherwise 0. */
  readonly retryAfterSeconds: number;
  /** `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10) as name, value, …; empty if there is no limit. */
  readonly headers: readonly string[];
}

export interface EntryRateLimiterOptions {
  /** The kind of events that are counted, for the policies' names: `requests` or `failures`. */
  readonly counts: string;
  /** Limit per minute; 0 for no limit. */
  readonly perAddress: number;
  readonly perClient: number;
  /** The limit per minute at one address for a client that is over its own limit. */
  readonly share: number;
  /** The limit per minute of one client from one address, which leaves room for other clients behind that address; 0 for no limit. */
  readonly perPair: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

const WINDOW_MS = 60_000;
/** Maximum number of keys. They use about 10 MB in the worst case, if an attacker has this many addresses. */
const MAX_KEYS = 100_000;
const MAX_CLIENT_CHARS = 128;
const OPEN: RateLimitState = { refusedBy: null, retryAfterSeconds: 0, headers: [] };

/**
 * The rate limiter for public endpoints, by address and by client id.
 *
 * A client's limit counts all addresses together, but applies only to addresses that have used up a small share of their own. A client id
 * is public, and knowing it must not be enough to lock its owner out. A client that has reached its limit for one address does not block
 * other clients there: a company's services may share an address, and one of them may have an old secret.
 */
export class EntryRateLimiter {
  private readonly byAddress: Gcra | null;
  private readonly byClient: Gcra | null;
  private readonly byShare: Gcra;
  private readonly byPair: Gcra | null;

  constructor(private readonly options: EntryRateLimiterOptions) {
    const limit = (count: number): Gcra =>
      new Gcra({ limit: count, windowMs: WINDOW_MS, maxKeys: MAX_KEYS, now: options.now });
    this.byAddress = options.perAddress > 0 ? limit(options.perAddress) : null;
    this.byClient = options.perClient > 0 ? limit(options.perClient) : null;
    this.byShare = limit(options.share);
    this.byPair = options.perPair > 0 ? limit(options.perPair) : null;
  }

  /** Returns the state of a request, without counting it. */
  look(knock: EntryAttempt): RateLimitState {
    const keys = keysOf(knock);
    const address = this.byAddress?.look(keys.address) ?? null;
    if (address?.isOver === true) return this.refusal('address', address);
    if (keys.client !== null && keys.pair !== null) {
      const pair = this.byPair?.look(keys.pair);
      if (pair?.isOver === true) return this.refusal('pair', pair);
      const client = this.byClient?.look(keys.client);
      if (client?.isOver === true && this.byShare.look(keys.pair).isOver) return this.refusal('client', client);
    }
    if (address === null) return OPEN;
    return { ...OPEN, headers: this.headers('address', this.options.perAddress, address) };
  }

  /** Counts a request if it can continue, and returns its state after that. */
  admit(knock: EntryAttempt): RateLimitState {
    const before = this.look(knock);
    if (before.refusedBy !== null) return before;
    this.count(knock);
    return { ...before, headers: this.headersAfter(knock) };
  }

  /** Returns the current `RateLimit` and `RateLimit-Policy`, even if the next request would be rejected. */
  headersAfter({ address }: EntryAttempt): readonly string[] {
    if (this.byAddress === null) return [];
    return this.headers('address', this.options.perAddress, this.byAddress.look(addressKey(address)));
  }

  /**
   * Counts an attempt, unless its client is over its limit at the address. In that case, requests in flight do not count toward the address
   * limit either.
   */
  count(knock: EntryAttempt): void {
    const keys = keysOf(knock);
    if (keys.pair !== null && this.byPair?.look(keys.pair).isOver === true) return;
    this.byAddress?.take(keys.address);
    if (keys.client === null || keys.pair === null) return;
    this.byPair?.take(keys.pair);
    if (this.byClient === null) return;
    this.byClient.take(keys.client);
    this.byShare.take(keys.pair);
  }

  private refusal(by: 'address' | 'client' | 'pair', standing: GcraState): RateLimitState {
    const { perAddress, perClient, perPair } = this.options;
    return {
      refusedBy: by === 'pair' ? 'client' : by,
      retryAfterSeconds: Math.max(1, Math.ceil(standing.retryAfterMs / 1000)),
      headers:
        by === 'pair'
          ? this.headers('client-address', perPair, standing)
          : this.headers(by, by === 'address' ? perAddress : perClient, standing),
    };
  }

  private headers(by: string, limit: number, { remaining, resetMs }: GcraState): readonly string[] {
    const name = `"${by}-${this.options.counts}"`;
    const left = `${name};r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
    return ['RateLimit', left, 'RateLimit-Policy', `${name};q=${limit};w=${WINDOW_MS / 1000}`];
  }
}

interface Keys {
  readonly address: string;
  readonly client: string | null;
  readonly pair: string | null;
}

function keysOf({ address, clientId }: EntryAttempt): Keys {
  const from = addressKey(address);
  const client = clientId === null || clientId === '' ? null : clientId.slice(0, MAX_CLIENT_CHARS);
  return { address: from, client, pair: client === null ? null : `${from} ${client}` };
}
