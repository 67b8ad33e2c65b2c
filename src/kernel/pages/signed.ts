import { createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA-256 over parts; each is preceded by its length, so that no two lists of parts are one text. */
function mac(key: Buffer, purpose: string, parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of [purpose, ...parts]) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
  return hmac.digest();
}

/** A signature over the parts, base64url. What is signed for one purpose does not hold for another. */
export function sign(key: Buffer, purpose: string, parts: readonly string[]): string {
  return mac(key, purpose, parts).toString('base64url');
}

/** Whether the signature is of these parts; in constant time. */
export function isSigned(key: Buffer, purpose: string, parts: readonly string[], signature: string): boolean {
  const sent = Buffer.from(signature, 'base64url');
  const expected = mac(key, purpose, parts);
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}
