import { timingSafeEqual } from 'node:crypto';
import { newOpaqueToken, sha256 } from '../../../kernel/ids/opaque-token';

const PREFIX = 'cs_';

/** A new client secret: `cs_` and 256 random bits in base64url. Shown once; only its hash is kept. */
export function newClientSecret(): string {
  return newOpaqueToken(PREFIX).token;
}

/** The hash of a secret, also of one of another form, which an operator may have chosen. */
export function hashSecret(secret: string): Buffer {
  return sha256(secret);
}

/** A secret of an app, as stored. Times are Unix milliseconds. */
export interface StoredSecret {
  readonly id: string;
  readonly hash: Buffer;
  readonly createdAtMs: number;
  /** `null` for no end. */
  readonly expiresAtMs: number | null;
}

const NEVER_MATCHES = Buffer.alloc(32);

/**
 * The live secret that a presented one is, or `null`. Every stored secret is compared, each in constant time, and a
 * client without any is compared with a value that nothing hashes to, so the time tells nothing.
 */
export function matchSecret(presented: string, stored: readonly StoredSecret[], nowMs: number): StoredSecret | null {
  const presentedHash = hashSecret(presented);
  let match: StoredSecret | null = null;
  for (const secret of stored) {
    const live = secret.expiresAtMs === null || secret.expiresAtMs > nowMs;
    if (timingSafeEqual(presentedHash, secret.hash) && live) match = secret;
  }
  if (stored.length === 0) timingSafeEqual(presentedHash, NEVER_MATCHES);
  return match;
}
