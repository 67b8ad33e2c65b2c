import { REDACTED } from '../contract/masking.types';

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/gu;
const EMAIL = /^[^\s@]+@([^\s@]+)$/;
const SHOWN = 4;

/**
 * Replaces letters and digits with asterisks, except the last four of them if there are at least eight. An email address keeps its first
 * character and its domain. Spaces and punctuation keep their positions.
 */
export function maskValue(value: string): string {
  const domain = EMAIL.exec(value)?.[1];
  if (domain !== undefined) return `${[...value][0] ?? ''}***@${domain}`;
  return starred(value, SHOWN);
}

/** @param shown the number of letters and digits at the end that remain visible, if the value contains at least twice as many. */
export function starred(value: string, shown: number): string {
  const count = value.match(LETTER_OR_DIGIT)?.length ?? 0;
  if (count === 0) return REDACTED;
  let left = count < 2 * shown ? count : count - shown;
  return value.replace(LETTER_OR_DIGIT, (character) => (left-- > 0 ? '*' : character));
}
