import { REDACTED } from '../contract/masking.types';

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/gu;
const EMAIL = /^[^\s@]+@([^\s@]+)$/;
const SHOWN = 4;

/**
 * Asterisks for letters and digits but the last four, which stay when there are eight at least; of an e-mail address the first
 * character and the domain stay. Blanks and punctuation keep their places.
 */
export function maskValue(value: string): string {
  const domain = EMAIL.exec(value)?.[1];
  if (domain !== undefined) return `${[...value][0] ?? ''}***@${domain}`;
  return starred(value, SHOWN);
}

/** @param shown how many letters and digits stay at the end, of twice as many at least. */
export function starred(value: string, shown: number): string {
  const count = value.match(LETTER_OR_DIGIT)?.length ?? 0;
  if (count === 0) return REDACTED;
  let left = count < 2 * shown ? count : count - shown;
  return value.replace(LETTER_OR_DIGIT, (character) => (left-- > 0 ? '*' : character));
}
