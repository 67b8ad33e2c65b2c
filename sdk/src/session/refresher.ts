import { base64Url } from '../auth/base64.js';
import type { TokenSet } from '../auth/token-set.js';
import { ApiError } from '../errors.js';

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
 * A refusal (`invalid_grant`) is kept like a result, so that the cookie of an ended session does not cause one call per request.
 */
export class Refresher {
  // Private at run time, so that logging does not show the tokens.
  readonly #flights = new Map<string, Flight>();
  readonly #fetchTokens: (refreshToken: string) => Promise<TokenSet>;

  constructor(fetchTokens: (refreshToken: string) => Promise<TokenSet>) {
    this.#fetchTokens = fetchTokens;
  }

  /** Errors: any error of the refresh. The next call after a failure tries again, except for 30 s after a refusal. */
  async refresh(refreshToken: string): Promise<TokenSet> {
    const key = await keyOf(refreshToken);
    this.forgetOld();
    const known = this.#flights.get(key);
    if (known) return known.tokens;
    const flight: Flight = { tokens: this.#fetchTokens(refreshToken), untilMs: Infinity };
    this.#flights.set(key, flight);
    try {
      const tokens = await flight.tokens;
      flight.untilMs = Date.now() + KEPT_MS;
      // Without rotation, the refresh token stays the same: a kept result would hide the next refresh.
      if (tokens.refreshToken === undefined || tokens.refreshToken === refreshToken) this.#flights.delete(key);
      return tokens;
    } catch (fault) {
      if (isInvalidGrant(fault)) flight.untilMs = Date.now() + KEPT_MS;
      else this.#flights.delete(key);
      throw fault;
    }
  }

  private forgetOld(): void {
    const nowMs = Date.now();
    for (const [key, { untilMs }] of this.#flights) if (untilMs <= nowMs) this.#flights.delete(key);
  }
}

/** Returns whether the platform has refused a refresh token (RFC 6749 §5.2). */
export function isInvalidGrant(fault: unknown): boolean {
  return fault instanceof ApiError && fault.code === 'invalid_grant';
}

async function keyOf(refreshToken: string): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(refreshToken))));
}
