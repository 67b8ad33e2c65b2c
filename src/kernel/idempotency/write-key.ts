import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { CallContext } from '../context/call-context';
import { AppError } from '../errors/app-error';

/** As Stripe's; far more than a UUID has. */
const MAX_KEY_CHARS = 255;
/** Visible ASCII without comma, quote and backslash: a header sent twice arrives joined by a comma. */
const KEY = /^[\x21\x23-\x2B\x2D-\x5B\x5D-\x7E]+$/;

/** An `Idempotency-Key`, as the store knows it. */
export interface WriteKey {
  /** The same key of two callers of a tenant is two keys. */
  readonly caller: string;
  /** SHA-256: a key may be made of what is nobody's business. */
  readonly keyHash: Buffer;
}

/**
 * The key of a call, by text or as the structured string of the IETF draft (`"…"`), which is the same key; `null` without.
 * Errors: `invalid_request` for an empty or over-long one, or other characters than visible ASCII.
 */
export function writeKeyOf({ idempotencyKey, actor, appId }: CallContext): WriteKey | null {
  if (idempotencyKey === null) return null;
  const key = /^"(.*)"$/.exec(idempotencyKey)?.[1] ?? idempotencyKey;
  if (key.length > MAX_KEY_CHARS || !KEY.test(key)) {
    const words = `must be 1 to ${MAX_KEY_CHARS} visible ASCII characters without comma, quote or backslash, such as a UUID`;
    throw new AppError('invalid_request', `Idempotency-Key ${words}.`);
  }
  return { caller: JSON.stringify([actor.type, actor.id, appId]), keyHash: hash('sha256', key, 'buffer') };
}

/**
 * The context of a call as its surface hands it on: with the `Idempotency-Key` of a POST as it was sent, and with a place
 * where the write can note that it answers anew what it answered before. Other methods are idempotent by what they mean
 * (RFC 9110 §9.2.2), and have none.
 */
export function keyedContext(request: IncomingMessage, context: CallContext): CallContext {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || typeof key !== 'string') return context;
  return { ...context, idempotencyKey: key, notes: { isReplayed: false } };
}
