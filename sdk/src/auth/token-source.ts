import { unlessAborted } from '../http/limit.js';

/** Where the client has its tokens from. */
export interface TokenSource {
  /** A token that is good now. Errors: those of the call that fetches one. */
  token(signal?: AbortSignal): Promise<string>;
  /** Takes note that the backend refused a token. @returns whether {@link token} can give another. */
  refuse(token: string): boolean;
}

/** A token as it was issued. */
export interface IssuedToken {
  readonly token: string;
  /** Of its life, in seconds from now. */
  readonly expiresInSeconds: number;
}

/** A token that somebody else looks after: it is used as it is, and not renewed. */
export class FixedToken implements TokenSource {
  // Private to the engine, so that no log of a client shows it.
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  async token(): Promise<string> {
    return this.#value;
  }

  refuse(): boolean {
    return false;
  }
}

/** For calls that need no token. */
export class NoToken implements TokenSource {
  /** @param why thrown when a call needs one after all. */
  constructor(private readonly why: Error) {}

  async token(): Promise<string> {
    throw this.why;
  }

  refuse(): boolean {
    return false;
  }
}

interface Held {
  readonly token: string;
  readonly renewAtMs: number;
  readonly endsAtMs: number;
}

/** Of its life, after which a token is renewed, so that none ends on its way. */
const RENEWED_AT = 0.8;
/** After a renewal that failed, while the token is still good. */
const NEXT_TRY_MS = 5_000;

/**
 * A token that is fetched when the first call needs it, kept, renewed at 80 % of its life, and fetched anew when it was
 * refused. However many calls need one at the same time, it is fetched once; who gives up waiting does not end it for
 * the others.
 */
export class RenewedToken implements TokenSource {
  // Private to the engine, so that no log of a client shows them.
  #held: Held | null = null;
  #renewal: Promise<Held> | null = null;
  private nextTryMs = 0;

  /**
   * @param fetchToken gets a new one.
   * @param first one that is there already.
   */
  constructor(
    private readonly fetchToken: () => Promise<IssuedToken>,
    first: IssuedToken | null = null,
    private readonly nowMs: () => number = Date.now,
  ) {
    if (first) this.#held = heldOf(first, nowMs());
  }

  async token(signal?: AbortSignal): Promise<string> {
    const held = this.#held;
    const nowMs = this.nowMs();
    const isGood = held !== null && nowMs < held.endsAtMs;
    if (isGood && (nowMs < held.renewAtMs || nowMs < this.nextTryMs)) return held.token;
    try {
      return (await unlessAborted(this.renew(), signal)).token;
    } catch (fault) {
      // The one at hand is good for a fifth of its life yet: an outage of the token endpoint need not be one of the caller.
      if (!isGood || this.#held !== held || signal?.aborted === true) throw fault;
      this.nextTryMs = this.nowMs() + NEXT_TRY_MS;
      return held.token;
    }
  }

  refuse(token: string): boolean {
    // Not the one that came since.
    if (this.#held?.token === token) this.#held = null;
    return true;
  }

  private renew(): Promise<Held> {
    this.#renewal ??= this.fetchHeld().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  private async fetchHeld(): Promise<Held> {
    // From before it was asked for: its life began on the way.
    const askedAtMs = this.nowMs();
    this.#held = heldOf(await this.fetchToken(), askedAtMs);
    return this.#held;
  }
}

function heldOf({ token, expiresInSeconds }: IssuedToken, fromMs: number): Held {
  const lifeMs = expiresInSeconds * 1000;
  return { token, renewAtMs: fromMs + lifeMs * RENEWED_AT, endsAtMs: fromMs + lifeMs };
}
