import { base64Url } from '../auth/base64.js';
import type { TokenSet } from '../auth/token-set.js';

interface Flight {
  readonly tokens: Promise<TokenSet>;
  /** Infinity while the refresh is in progress. */
  untilMs: number;
}

/** The time for which a result serves requests that the browser sent before it received the new cookie. */
const KEPT_MS = 30_000;

/**
 * Refreshes tokens once for all requests with the same refresh token. Within a process, they share one call. Across processes, the
 * backend returns the same response to each identical request within `REFRESH_GRACE_SECONDS` (10 s by default), so no lock is needed.
 */
export class Refresher {
  // Private at run time, so that logging does not show the tokens.
  readonly #flights = new Map<string, Flight>();
  readonly #fetchTokens: (refreshToken: string) => Promise<TokenSet>;

  constructor(
    fetchTokens: (refreshToken: string) => Promise<TokenSet>,
    private readonly nowMs: () => number = Date.now,
  ) {
    this.#fetchTokens = fetchTokens;
  }

  /** Errors: any error of the refresh. The next call after a failure tries again. */
  async refresh(refreshToken: string): Promise<TokenSet> {
    const key = await keyOf(refreshToken);
    this.forgetOld();
    const known = this.#flights.get(key);
    if (known) return known.tokens;
    const flight: Flight = { tokens: this.#fetchTokens(refreshToken), untilMs: Infinity };
    this.#flights.set(key, flight);
    try {
      const tokens = await flight.tokens;
      flight.untilMs = this.nowMs() + KEPT_MS;
      // Without rotation, the refresh token stays the same: a kept result would hide the next refresh.
      if (tokens.refreshToken === undefined || tokens.refreshToken === refreshToken) this.#flights.delete(key);
      return tokens;
    } catch (fault) {
      this.#flights.delete(key);
      throw fault;
    }
  }

  private forgetOld(): void {
    const nowMs = this.nowMs();
    for (const [key, { untilMs }] of this.#flights) if (untilMs <= nowMs) this.#flights.delete(key);
  }
}

async function keyOf(refreshToken: string): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(refreshToken))));
}
