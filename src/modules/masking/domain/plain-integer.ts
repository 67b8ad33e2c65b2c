/** Of a number of which anything is found: the longest word that the engine looks at. */
const MAX_DIGITS = 64;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The digits of a JSON number (RFC 8259 §6) that is an integer written with a fraction or an exponent, such as
 * `4.111111111111111e15`; `null` for one that is none, and for integers of more than 64 digits.
 */
export function plainInteger(number: string): string | null {
  const [, sign, whole, fraction = '', exponent = '0'] = NUMBER.exec(number) ?? [];
  if (sign === undefined || whole === undefined) return null;
  const written = whole + fraction;
  const first = written.search(/[1-9]/);
  if (first === -1) return null;
  const significant = lastDigit(written);
  /** Zeros behind the last digit that is none; those before the point that are missing. */
  const zeros = Number(exponent) - fraction.length + (written.length - 1 - significant);
  if (zeros < 0 || significant - first + 1 + zeros > MAX_DIGITS) return null;
  return sign + written.slice(first, significant + 1) + '0'.repeat(zeros);
}

/** Where the last digit stands that is not 0. Not by a pattern: `0+$` takes time quadratic in the zeros. */
function lastDigit(digits: string): number {
  let last = digits.length - 1;
  while (digits[last] === '0') last--;
  return last;
}
