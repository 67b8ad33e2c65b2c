import type { ContextRefusal } from '../contract/platform-context.port';

const TTL_MS = 300_000;
/** How far the app's clock may be off, either way. */
const SKEW_MS = 60_000;

/** Whether a context is too old or too new; `null` when it is neither. */
export function timeRefusal(issuedAtMs: number, nowMs: number): ContextRefusal | null {
  if (nowMs - issuedAtMs > TTL_MS + SKEW_MS) return 'expired';
  return issuedAtMs - nowMs > SKEW_MS ? 'issued_in_the_future' : null;
}
