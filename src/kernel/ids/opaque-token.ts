import { hash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const SECRET = /^[\w-]{43}$/;

/** A secret text that means nothing by itself: shown once, and kept as its hash only. */
export interface OpaqueToken {
  readonly token: string;
  readonly hash: Buffer;
}

/** A new one: 256 random bits in base64url. @param prefix tells people and secret scanners what it is, such as `cs_`. */
export function newOpaqueToken(prefix = ''): OpaqueToken {
  const token = prefix + randomBytes(SECRET_BYTES).toString('base64url');
  return { token, hash: sha256(token) };
}

/**
 * The hash under which a token is kept and found; `null` for what cannot be one. Looking it up by its hash tells nothing
 * of a token by time: who guesses cannot steer the hash.
 */
export function opaqueTokenHash(token: string, prefix = ''): Buffer | null {
  return token.startsWith(prefix) && SECRET.test(token.slice(prefix.length)) ? sha256(token) : null;
}

/** SHA-256 of bytes, or of a text in UTF-8. Enough for 256 random bits: there is nothing to guess that a slow hash would protect. */
export function sha256(data: string | Uint8Array): Buffer {
  // As text first ("binary" is Latin-1): a Buffer with memory of its own takes twice as long as the hash.
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
