import { unlessAborted } from '../http/limit.js';

/** The source of the client's tokens. */
export interface TokenSource {
  /** Returns a token that is valid now. Errors: any error that the token request throws. */
  token(signal?: AbortSignal): Promise<string>;
  /** Records that the backend refused a token. @returns whether {@link token} can return another token. */
  refuse(token: string): boolean;
}

/** An issued token. */
export interface IssuedToken {
  readonly token: string;
  /** The lifetime, in seconds from now. */
  readonly expiresInSeconds: number;
}

/** A token managed by the caller: it is used as is and not renewed. */
export class FixedToken implements TokenSource {
  // Private at run time, so that logging a client does not show it.
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

/** A source for calls that do not need a token. */
export class NoToken implements TokenSource {
  /** @param why the error to throw if a call needs a token after all. */
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

/** The fraction of its lifetime after which a token is renewed, so that no token expires in transit. */
const RENEWED_AT = 0.8;
/** The delay after a failed renewal while the token is still valid. */
const NEXT_TRY_MS = 5_000;

/**
 * A token that is fetched when the first call needs it, cached, renewed at 80% of its lifetime, and fetched again after a
 * refusal. Concurrent calls share one fetch; a caller that stops waiting does not cancel the fetch for other callers.
 */
export class RenewedToken implements TokenSource {
  // Private at run time, so that logging a client does not show them.
  #held: Held | null = null;
  #renewal: Promise<Held> | null = null;
  private nextTryMs = 0;

  /**
   * @param fetchToken fetches a new token.
   * @param first the initial token, if there is one.
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
      // The current token remains valid for the last fifth of its lifetime, so an outage of the token endpoint need not
      // affect the caller.
      if (!isGood || this.#held !== held || signal?.aborted === true) throw fault;
      this.nextTryMs = this.nowMs() + NEXT_TRY_MS;
      return held.token;
    }
  }

  refuse(token: string): boolean {
    // Keeps a token that has arrived in the meantime.
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
    // The time before the request, because the token's lifetime began while the response was in transit.
    const askedAtMs = this.nowMs();
    this.#held = heldOf(await this.fetchToken(), askedAtMs);
    return this.#held;
  }
}

function heldOf({ token, expiresInSeconds }: IssuedToken, fromMs: number): Held {
  const lifeMs = expiresInSeconds * 1000;
  return { token, renewAtMs: fromMs + lifeMs * RENEWED_AT, endsAtMs: fromMs + lifeMs };
}
