import { z } from 'zod';
import { isSigned, sign } from '../../../../kernel/pages/signed';

/** The purpose of a value on a page. A value for one purpose is not valid for another. */
export type SignedPurpose = 'passkey' | 'second-factor' | 'totp-key';

/** Returns a value that a page carries in its form, readable but signed for this browser. */
export function writeSigned(
  key: Buffer,
  purpose: SignedPurpose,
  browserId: string,
  value: object,
  nowMs: number,
): string {
  const text = Buffer.from(JSON.stringify({ value, atMs: nowMs })).toString('base64url');
  return `${text}.${sign(key, purpose, [browserId, text])}`;
}

/** Reads a signed value. @returns `null` if it was not made for this purpose and browser, or is older than `lifetimeMs`. */
export function readSigned<T>(
  key: Buffer,
  purpose: SignedPurpose,
  browserId: string,
  sent: string,
  schema: z.ZodType<T>,
  { nowMs, lifetimeMs }: { readonly nowMs: number; readonly lifetimeMs: number },
): T | null {
  const [text = '', signature = ''] = sent.split('.', 2);
  if (browserId === '' || !isSigned(key, purpose, [browserId, text], signature)) return null;
  const { value, atMs } = z
    .object({ value: schema, atMs: z.number() })
    .parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return nowMs - atMs < lifetimeMs ? value : null;
}
