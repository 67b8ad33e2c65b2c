import { createHash, randomInt } from 'node:crypto';

const DIGITS = 8;

/** Returns a random code of eight digits. */
export function newSignInCode(): string {
  return String(randomInt(10 ** DIGITS)).padStart(DIGITS, '0');
}

/** Returns the code that a person typed, without the spaces and hyphens that mails and people add; `null` for any other text. */
export function typedSignInCode(text: string): string | null {
  const code = text.replaceAll(/[\s-]/g, '');
  return /^\d{8}$/.test(code) ? code : null;
}

/** Returns a code in the form in which it is shown: `1234 5678`. */
export function shownSignInCode(code: string): string {
  return `${code.slice(0, DIGITS / 2)} ${code.slice(DIGITS / 2)}`;
}

/**
 * Returns the hash under which a code is stored. It does not resist an offline search, for which ten minutes and five attempts leave no
 * time.
 */
export function signInCodeHash(id: string, code: string): Buffer {
  return createHash('sha256').update(`${id}:${code}`).digest();
}

/** Returns the hash under which a browser is stored. */
export function browserHash(browserId: string): Buffer {
  return createHash('sha256').update(browserId).digest();
}
