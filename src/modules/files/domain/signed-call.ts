import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** The purpose from which the key for signed URLs is derived; the key is the same in all processes. */
export const SIGNING_PURPOSE = 'files signed urls';

/** The signer, and the expiry of the URL. The names are short to keep the URL short. */
const signer = z.strictObject({
  tenant: z.string(),
  actor: z.strictObject({ type: z.enum(['user', 'service', 'agent', 'system']), id: z.string() }),
  app: z.string().nullable(),
  /** A ULID that contains the time of signing. */
  jti: z.string(),
  sid: z.string().nullable(),
  grant: z.string().nullable(),
  /** The user of the token; absent if there is none, and in URLs from builds that supported only a user's own tokens. */
  user: z.string().optional(),
  /** Ids of tokens whose revocation also invalidates the URL; absent if there are none, and in URLs from builds that did not bind them. */
  tokens: z.array(z.string()).optional(),
  /** Roles of the signing user; absent in URLs from builds that did not bind them. */
  roles: z.array(z.string()).optional(),
  /** Unix seconds. */
  exp: z.number().int(),
});

/** The claims in the signed URL of a file. */
const fileClaims = z.strictObject({
  v: z.literal(1),
  ...signer.shape,
  method: z.enum(['GET', 'PUT']),
  tier: z.enum(['private', 'user', 'shared']),
  path: z.string(),
  version: z.number().int().nullable(),
  download: z.string().nullable(),
  max: z.number().int().nullable(),
  match: z.string().nullable(),
  none: z.string().nullable(),
  /** The signer's role in the file's project at the time of signing; absent in URLs from builds that did not bind it. */
  standing: z.strictObject({ id: z.string(), role: z.string() }).nullable().optional(),
});

/** The claims in the signed URL of an object kept for another module. */
const objectClaims = z.strictObject({
  v: z.literal(2),
  ...signer.shape,
  method: z.literal('GET'),
  object: z.string(),
  name: z.string(),
  resource: z.string(),
});

const claims = z.discriminatedUnion('v', [fileClaims, objectClaims]);

export type Signer = Readonly<z.infer<typeof signer>>;
export type FileClaims = Readonly<z.infer<typeof fileClaims>>;
export type SignedClaims = Readonly<z.infer<typeof claims>>;

/** Maximum length of a signature: far more than the longest path needs. */
const MAX_CHARS = 8_192;

/** Returns the claims, followed by the HMAC-SHA-256 of exactly these bytes. */
export function seal(key: Buffer, signed: SignedClaims): string {
  const payload = Buffer.from(JSON.stringify(signed)).toString('base64url');
  return `${payload}.${macOf(key, payload).toString('base64url')}`;
}

/**
 * Returns the claims of a signature that this product created; `null` for any other string. Compares the MAC before it parses the claims.
 */
export function unseal(key: Buffer, signature: string): SignedClaims | null {
  if (signature.length > MAX_CHARS) return null;
  const [payload = '', mac = '', ...rest] = signature.split('.');
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(key, payload);
  // Accept only one string per signature, because base64 can encode the same bytes as several strings.
  if (rest.length > 0 || given.length !== right.length || given.toString('base64url') !== mac) return null;
  if (!timingSafeEqual(given, right)) return null;
  return claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
}

function macOf(key: Buffer, payload: string): Buffer {
  return createHmac('sha256', key).update(payload).digest();
}
