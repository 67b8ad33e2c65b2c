/** The maximum number of digits in a number that can contain a finding: the length of the longest word that the engine checks. */
const MAX_DIGITS = 64;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Returns the digits of a JSON number (RFC 8259 §6) that is an integer written with a fraction or an exponent, such as
 * `4.111111111111111e15`. Returns `null` for any other number, and for integers of more than 64 digits.
 */
export function plainInteger(number: string): string | null {
  const [, sign, whole, fraction = '', exponent = '0'] = NUMBER.exec(number) ?? [];
  if (sign === undefined || whole === undefined) return null;
  const written = whole + fraction;
  const first = written.search(/[1-9]/);
  if (first === -1) return null;
  const significant = lastDigit(written);
  /** The zeros after the last nonzero digit, and the zeros that the exponent adds before the decimal point. */
  const zeros = Number(exponent) - fraction.length + (written.length - 1 - significant);
  if (zeros < 0 || significant - first + 1 + zeros > MAX_DIGITS) return null;
  return sign + written.slice(first, significant + 1) + '0'.repeat(zeros);
}

/** Returns the position of the last nonzero digit. Does not use a pattern, because `0+$` takes time quadratic in the number of zeros. */
function lastDigit(digits: string): number {
  let last = digits.length - 1;
  while (digits[last] === '0') last--;
  return last;
}
