import { FF1 } from '@noble/ciphers/ff1.js';
import { starred } from './mask-value';

/**
 * The maximum number of letters and digits in a value. Longer values are not identifiers, and the work grows with the square of the length.
 */
const MAX_CHARACTERS = 256;
/** SP 800-38G Rev. 1 requires a domain of at least a million values, because an attacker can learn all mappings of a smaller domain. */
const MIN_DOMAIN = 1_000_000n;

const ALPHABETS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'] as const;
/** Letters and digits beyond ASCII, for which there is no alphabet. */
const BEYOND = /[^\p{ASCII}]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Returns another value of the same form, always the same under one key: digits stay digits, letters keep their case, and all other
 * characters stay unchanged. Card numbers keep a valid Luhn digit, and IBANs keep their country and valid check digits. If a value has too
 * few or too many letters and digits for this, asterisks replace them.
 */
export function formatValue(key: Buffer, value: string): string {
  const characters = [...value];
  const places = characters.flatMap((character, at) => (alphabetOf(character) === null ? [] : [at]));
  const written = places.map((at) => characters[at] ?? '');
  const formatted = places.length <= MAX_CHARACTERS ? formatCharacters(key, written) : null;
  if (formatted === null || hasOthers(value)) return starred(value, 0);
  places.forEach((at, index) => {
    characters[at] = formatted[index] ?? '*';
  });
  const result = characters.join('');
  // At most one value in a million maps to itself; such a value must not be shown.
  return result === value ? starred(value, 0) : result;
}

function formatCharacters(key: Buffer, characters: readonly string[]): readonly string[] | null {
  const text = characters.join('');
  if (/^\d{12,19}$/.test(text) && isLuhn(text)) {
    const digits = permuted(key, characters.slice(0, -1));
    return digits && [...digits, luhnDigit(digits.join(''))];
  }
  if (isIban(text)) {
    const account = permuted(key, characters.slice(4));
    return account && [...ibanWithCheckDigits(text.slice(0, 2), account.join(''))];
  }
  return permuted(key, characters);
}

/**
 * Encrypts with FF1. Characters from alphabets of different sizes are combined into one mixed-radix number. Returns `null` if there are too
 * few characters.
 */
function permuted(key: Buffer, characters: readonly string[]): readonly string[] | null {
  const alphabets = characters.map((character) => alphabetOf(character) ?? '');
  const size = alphabets.reduce((product, { length }) => product * BigInt(length), 1n);
  if (size < MIN_DOMAIN) return null;
  const tweak = Buffer.from(alphabets.map(([first]) => first).join(''));
  const radix = alphabets[0]?.length ?? 0;
  if (alphabets.every(({ length }) => length === radix)) {
    const numerals = characters.map((character, at) => alphabets[at]?.indexOf(character) ?? 0);
    return FF1(radix, key, tweak)
      .encrypt(numerals)
      .map((numeral, at) => alphabets[at]?.[numeral] ?? '');
  }
  const bits = (size - 1n).toString(2).length;
  const bitwise = FF1(2, key, tweak);
  let value = numberOf(characters, alphabets);
  do {
    // Cycle walking: encrypts again as long as the result is outside the domain, fewer than two times on average.
    const numerals = [...value.toString(2).padStart(bits, '0')].map(Number);
    value = BigInt(`0b${bitwise.encrypt(numerals).join('')}`);
  } while (value >= size);
  return charactersOf(value, alphabets);
}

function numberOf(characters: readonly string[], alphabets: readonly string[]): bigint {
  return characters.reduce((sum, character, at) => {
    const alphabet = alphabets[at] ?? '';
    return sum * BigInt(alphabet.length) + BigInt(alphabet.indexOf(character));
  }, 0n);
}

function charactersOf(value: bigint, alphabets: readonly string[]): string[] {
  let rest = value;
  return [...alphabets]
    .reverse()
    .map((alphabet) => {
      const size = BigInt(alphabet.length);
      const character = alphabet[Number(rest % size)] ?? '';
      rest /= size;
      return character;
    })
    .reverse();
}

function alphabetOf(character: string): string | null {
  return ALPHABETS.find((alphabet) => alphabet.includes(character)) ?? null;
}

function hasOthers(value: string): boolean {
  return BEYOND.test(value) && [...value].some((one) => LETTER_OR_DIGIT.test(one) && alphabetOf(one) === null);
}

/** Returns the digit that makes a number valid when it is appended (Luhn: ISO/IEC 7812-1, annex B). */
function luhnDigit(digits: string): string {
  return String((10 - (luhnSum(`${digits}0`) % 10)) % 10);
}

/** Returns true when the last digit is the Luhn check digit of the other digits. */
export function isLuhn(digits: string): boolean {
  return luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, at) => {
    const doubled = at % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
}

/** Returns true if text without spaces has the form of an IBAN and valid check digits (ISO 13616). */
export function isIban(text: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text) && remainder(text.slice(4) + text.slice(0, 4)) === 1n;
}

/** Returns the IBAN for a country and an account number. */
function ibanWithCheckDigits(country: string, account: string): string {
  const check = 98n - remainder(`${account}${country}00`);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

/** Returns the remainder of ISO 7064 MOD 97-10; each letter counts as two digits. */
function remainder(text: string): bigint {
  return BigInt([...text].map((character) => parseInt(character, 36)).join('')) % 97n;
}
