import { BlockedOriginError } from '../errors.js';
import { anySignal } from './limit.js';

const PROBE_MS = 5_000;

/**
 * Returns the error for a call that the browser blocked because the page's origin is not allowed (CORS); `null` for any other failure.
 * Browsers do not tell a page why a call failed. Therefore, this function requests the discovery document, which pages of every origin may
 * read: if it arrives, the backend is reachable.
 */
export async function blockedOrigin(
  {
    baseUrl,
    fetch,
  }: { readonly baseUrl: string; readonly fetch: (url: string, init: RequestInit) => Promise<Response> },
  cause: unknown,
  caller: AbortSignal | undefined,
): Promise<BlockedOriginError | null> {
  const origin = pageOrigin();
  if (!(cause instanceof TypeError) || origin === null || origin === new URL(baseUrl).origin) return null;
  try {
    const signal = anySignal([AbortSignal.timeout(PROBE_MS), ...(caller ? [caller] : [])]);
    const { ok } = await fetch(`${baseUrl}/.well-known/openid-configuration`, { cache: 'no-store', signal });
    return ok ? new BlockedOriginError(origin, { cause }) : null;
  } catch {
    return null;
  }
}

/** Returns the origin of the page or worker that this code runs in; `null` outside of browsers. */
function pageOrigin(): string | null {
  const { location } = globalThis as { readonly location?: { readonly origin?: string } };
  return location?.origin ?? null;
}
