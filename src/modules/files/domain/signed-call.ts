import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What stands in a signed URL. Short names: a URL is to be short. */
const claims = z.strictObject({
  v: z.literal(1),
  tenant: z.string(),
  actor: z.strictObject({ type: z.enum(['user', 'service', 'agent', 'system']), id: z.string() }),
  app: z.string().nullable(),
  /** A ULID, of when it was signed. */
  jti: z.string(),
  sid: z.string().nullable(),
  grant: z.string().nullable(),
  /** Of the user who signed; left out by builds that did not bind a URL to them. */
  roles: z.array(z.string()).optional(),
  /** Unix seconds. */
  exp: z.number().int(),
  method: z.enum(['GET', 'PUT']),
  tier: z.enum(['private', 'user', 'shared']),
  path: z.string(),
  version: z.number().int().nullable(),
  download: z.string().nullable(),
  max: z.number().int().nullable(),
  match: z.string().nullable(),
  none: z.string().nullable(),
});

export type SignedClaims = Readonly<z.infer<typeof claims>>;

/** Far more than the longest path needs. */
const MAX_CHARS = 8_192;

/** Claims, and HMAC-SHA-256 of exactly these bytes. */
export function seal(key: Buffer, signed: SignedClaims): string {
  const payload = Buffer.from(JSON.stringify(signed)).toString('base64url');
  return `${payload}.${macOf(key, payload).toString('base64url')}`;
}

/** The claims of a signature of ours; `null` for any other text. The MAC is compared before anything is read. */
export function unseal(key: Buffer, signature: string): SignedClaims | null {
  if (signature.length > MAX_CHARS) return null;
  const [payload = '', mac = '', ...rest] = signature.split('.');
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(key, payload);
  // One text for one signature: base64 has several for the same bytes.
  if (rest.length > 0 || given.length !== right.length || given.toString('base64url') !== mac) return null;
  if (!timingSafeEqual(given, right)) return null;
  return claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
}

function macOf(key: Buffer, payload: string): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}
