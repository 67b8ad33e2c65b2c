import { hash, randomBytes } from 'node:crypto';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** What opens a session or a link: 256 random bits in base64url. The token is shown once; only its hash is kept. */
export function newOpaqueToken(): { readonly token: string; readonly hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hash('sha256', token, 'buffer') };
}

/**
 * The SHA-256 under which a token is kept and found; `null` for what cannot be one. Looking it up by its hash tells
 * nothing of a token by time: who guesses cannot steer the hash.
 */
export function opaqueTokenHash(token: string): Buffer | null {
  return TOKEN.test(token) ? hash('sha256', token, 'buffer') : null;
}
