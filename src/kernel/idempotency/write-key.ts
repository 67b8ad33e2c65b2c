import { hash } from 'node:crypto';
import type { CallContext } from '../context/call-context';
import { AppError } from '../errors/app-error';

/** Same as Stripe's limit; far more than a UUID needs. */
const MAX_KEY_CHARS = 255;
/** Visible ASCII without commas, quotes or backslashes. A comma would mean that the header was sent twice. */
const KEY = /^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/;

/** An `Idempotency-Key`, as stored. */
export interface WriteKey {
  /** The caller is part of the key, because two of a tenant's callers might use the same `Idempotency-Key` for different writes. */
  readonly caller: string;
  /** SHA-256, because the key itself may be confidential. */
  readonly keyHash: Buffer;
}

/**
 * Returns the key of a call; `null` if it has none. The plain form and the structured string of the IETF draft (`"…"`) are the same key.
 * Errors: `invalid_request` for a key that is empty, too long, or contains characters other than visible ASCII.
 */
export function writeKeyOf({ idempotencyKey, actor, appId }: CallContext): WriteKey | null {
  if (idempotencyKey === null) return null;
  const key = /^"(.*)"$/.exec(idempotencyKey)?.[1] ?? idempotencyKey;
  if (key.length > MAX_KEY_CHARS || !KEY.test(key)) {
    const rule = `must be 1 to ${MAX_KEY_CHARS} visible ASCII characters without comma, quote or backslash, such as a UUID`;
    throw new AppError('invalid_request', `Idempotency-Key ${rule}.`);
  }
  return { caller: JSON.stringify([actor.type, actor.id, appId]), keyHash: hash('sha256', key, 'buffer') };
}
