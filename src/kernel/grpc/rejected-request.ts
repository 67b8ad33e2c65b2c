import { randomBytes } from 'node:crypto';

/** The reason why the bytes of a request were dropped: the request is too large, or there are too many large requests at the same time. */
export type RequestRejection = 'too_large' | 'too_much';

/**
 * The bytes that a handler's deserializer receives in place of such a request, so that the response is the handler's own denial; after a
 * transport error, clients would let requests through (wire contract §2.6). Callers cannot guess these bytes, and a caller that sent them
 * would get a denial.
 */
const PLACEHOLDERS: Readonly<Record<RequestRejection, Buffer>> = {
  too_large: newPlaceholder(),
  too_much: newPlaceholder(),
};

export function placeholderFor(reason: RequestRejection): Buffer {
  return PLACEHOLDERS[reason];
}

/** Returns the reason why a request was rejected, if these bytes are its placeholder. */
export function rejectionOf(bytes: Buffer): RequestRejection | null {
  if (bytes[0] !== 0) return null;
  if (bytes.equals(PLACEHOLDERS.too_large)) return 'too_large';
  return bytes.equals(PLACEHOLDERS.too_much) ? 'too_much' : null;
}

/** Returns a placeholder. Field number 0 is illegal, so no message begins with it. */
function newPlaceholder(): Buffer {
  return Buffer.concat([Buffer.from([0]), randomBytes(32)]);
}
