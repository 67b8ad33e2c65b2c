import { randomInt } from 'node:crypto';
import { sha256 } from '../../../kernel/ids/opaque-token';

/** Letters and digits that people do not confuse when they copy them by hand. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_CHARS = 4;

/** Creates a recovery code of 79 random bits, such as `k3md-9xtr-w4ec-pz7h`. */
export function newRecoveryCode(): string {
  const group = (): string => Array.from({ length: GROUP_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/**
 * Returns the hash under which a code is stored; `null` for a text that is not a code. Ignores case, spaces and hyphens. SHA-256 is enough,
 * because 79 random bits cannot be guessed.
 */
export function recoveryCodeHash(text: string): Buffer | null {
  const plain = text.toLowerCase().replace(/[\s-]/g, '');
  const isCode = plain.length === GROUPS * GROUP_CHARS && [...plain].every((char) => ALPHABET.includes(char));
  return isCode ? sha256(plain) : null;
}
