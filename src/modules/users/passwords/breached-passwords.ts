import { createHash } from 'node:crypto';

/** Knows the passwords that appeared in data breaches. */
export abstract class BreachedPasswords {
  /**
   * Returns whether a password, exactly as typed, appeared in a breach. Errors: `unavailable` if this cannot be determined now, because
   * the password could be a breached one.
   */
  abstract has(password: string): Promise<boolean>;
}

/** Used if the operator has configured no source. */
export const noBreachedPasswords: BreachedPasswords = { has: async () => false };

/** Returns the SHA-1 hash by which lists of breached passwords identify a password: 40 uppercase hexadecimal digits. */
export function breachHash(password: string): string {
  return createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
}
