import { randomBytes } from 'node:crypto';

/** Why the bytes of a request were dropped on their way: it is too large, or too many large ones are there at once. */
export type RequestRejection = 'too_large' | 'too_much';

/**
 * The bytes that a handler's deserializer receives in place of such a request, so that the answer is the handler's own
 * denial: an error of the transport would let people in (wire contract §2.6). Nobody can send them, and a caller who did
 * would be denied.
 */
const PLACEHOLDERS: Readonly<Record<RequestRejection, Buffer>> = {
  too_large: newPlaceholder(),
  too_much: newPlaceholder(),
};

export function placeholderFor(reason: RequestRejection): Buffer {
  return PLACEHOLDERS[reason];
}

/** Why a request was not taken, when these bytes stand in for it. */
export function rejectionOf(bytes: Buffer): RequestRejection | null {
  if (bytes[0] !== 0) return null;
  if (bytes.equals(PLACEHOLDERS.too_large)) return 'too_large';
  return bytes.equals(PLACEHOLDERS.too_much) ? 'too_much' : null;
}

/** Field number 0 is illegal, so that no message begins so. */
function newPlaceholder(): Buffer {
  return Buffer.concat([Buffer.from([0]), randomBytes(32)]);
}
