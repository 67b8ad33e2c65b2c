import { hash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const SECRET = /^[\w-]{43}$/;

/** A secret string that has no meaning in itself. It is shown once and stored only as a hash. */
export interface OpaqueToken {
  readonly token: string;
  readonly hash: Buffer;
}

/**
 * Creates a token: 256 random bits in base64url. @param prefix tells people and secret scanners what kind of token it is, such as `cs_`.
 */
export function newOpaqueToken(prefix = ''): OpaqueToken {
  const token = prefix + randomBytes(SECRET_BYTES).toString('base64url');
  return { token, hash: sha256(token) };
}

/**
 * Returns the hash under which a token is stored; `null` for a string that cannot be a token. Looking up a token by its hash does not leak
 * information through timing, because an attacker cannot control the hash.
 */
export function opaqueTokenHash(token: string, prefix = ''): Buffer | null {
  return token.startsWith(prefix) && SECRET.test(token.slice(prefix.length)) ? sha256(token) : null;
}

/**
 * Returns the SHA-256 of bytes, or of a string in UTF-8. SHA-256 is enough for 256 random bits, which a slow hash would not protect better.
 */
export function sha256(data: string | Uint8Array): Buffer {
  // Hashes to a string first ("binary" is Latin-1), because creating a Buffer with separate memory takes twice as long as the hash.
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
