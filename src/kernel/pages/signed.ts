import { createHmac, timingSafeEqual } from 'node:crypto';

/** Returns an HMAC-SHA-256 over parts, each preceded by its length, so that different lists of parts never have the same input. */
function mac(key: Buffer, purpose: string, parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of [purpose, ...parts]) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest();
}

/** Returns a signature over the parts, base64url. A signature for one purpose is not valid for another. */
export function sign(key: Buffer, purpose: string, parts: readonly string[]): string {
  return mac(key, purpose, parts).toString('base64url');
}

/** Returns whether the signature matches these parts, in constant time. */
export function isSigned(key: Buffer, purpose: string, parts: readonly string[], signature: string): boolean {
  const sent = Buffer.from(signature, 'base64url');
  const expected = mac(key, purpose, parts);
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}
