import { z } from 'zod';
import { isSigned, sign } from '../../../../kernel/pages/signed';

/** The purpose of a value that a page or a cookie carries. A value for one purpose is not valid for another. */
type SignedPurpose = 'asked' | 'passkey' | 'second-factor' | 'totp-key';

/** Returns a value as text, readable but signed for one browser. */
export function writeSigned(key: Buffer, purpose: SignedPurpose, browserId: string, value: unknown): string {
  const text = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${text}.${sign(key, purpose, [browserId, text])}`;
}

/** Reads a signed value. @returns `null` if it was not made for this purpose and browser. */
export function readSigned<T>(
  key: Buffer,
  purpose: SignedPurpose,
  browserId: string,
  sent: string,
  schema: z.ZodType<T>,
): T | null {
  const [text = '', signature = ''] = sent.split('.', 2);
  // Without the cookie there is no browser to bind the value to.
  if (browserId === '' || !isSigned(key, purpose, [browserId, text], signature)) return null;
  return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
}

/** Returns a value that is valid for a limited time. */
export function writeTimed(
  key: Buffer,
  purpose: SignedPurpose,
  browserId: string,
  value: object,
  nowMs: number,
): string {
  return writeSigned(key, purpose, browserId, { value, atMs: nowMs });
}

/** Reads such a value. @returns `null` also if it is older than `lifetimeMs`. */
export function readTimed<T>(
  key: Buffer,
  purpose: SignedPurpose,
  browserId: string,
  sent: string,
  schema: z.ZodType<T>,
  { nowMs, lifetimeMs }: { readonly nowMs: number; readonly lifetimeMs: number },
): T | null {
  const timed = readSigned(key, purpose, browserId, sent, z.object({ value: schema, atMs: z.number() }));
  return timed !== null && nowMs - timed.atMs < lifetimeMs ? timed.value : null;
}
