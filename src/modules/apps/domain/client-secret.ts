import { timingSafeEqual } from 'node:crypto';
import { newOpaqueToken, sha256 } from '../../../kernel/ids/opaque-token';

const PREFIX = 'cs_';

/** Returns a new client secret: `cs_` and 256 random bits in base64url. It is shown once, and only its hash is stored. */
export function newClientSecret(): string {
  return newOpaqueToken(PREFIX).token;
}

/** Returns the hash of a secret. A secret that an operator chose can have a different format. */
export function hashSecret(secret: string): Buffer {
  return sha256(secret);
}

/** An app's secret, as stored. Times are Unix milliseconds. */
export interface StoredSecret {
  readonly id: string;
  readonly hash: Buffer;
  readonly createdAtMs: number;
  /** `null` if the secret does not expire. */
  readonly expiresAtMs: number | null;
}

const NEVER_MATCHES = Buffer.alloc(32);

/**
 * Returns the active stored secret that matches a presented secret, or `null`. Compares every stored secret in constant time. If the client
 * has no secrets, compares with a value that is not the hash of any secret, so that timing does not reveal anything.
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
