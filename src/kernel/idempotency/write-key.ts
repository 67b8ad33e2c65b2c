import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CallContext } from '../context/call-context';
import { AppError } from '../errors/app-error';

/** Same as Stripe's limit; far more than a UUID needs. */
const MAX_KEY_CHARS = 255;
/** Visible ASCII without comma, quote and backslash: a header sent twice arrives joined by a comma. */
const KEY = /^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/;

/** An `Idempotency-Key`, as stored. */
export interface WriteKey {
  /** Part of the key, because two callers of a tenant may use the same key for different writes. */
  readonly caller: string;
  /** SHA-256, because the key itself may be confidential. */
  readonly keyHash: Buffer;
}

/**
 * Returns the key of a call, plain or as the structured string of the IETF draft (`"…"`), which is the same key; `null` without one.
 * Errors: `invalid_request` for an empty or overlong key, or one with characters other than visible ASCII.
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

/**
 * Returns the context that a surface passes on: with the `Idempotency-Key` of a POST as sent, and notes where the write can record that it
 * repeats an earlier response. Other methods are idempotent by definition (RFC 9110 §9.2.2), and have no key.
 */
export function keyedContext(request: IncomingMessage, context: CallContext): CallContext {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof key !== 'string') return context;
  return { ...context, idempotencyKey: key, notes: { isReplayed: false } };
}
