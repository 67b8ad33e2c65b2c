/** Returns the digits of a value in order, without separators. */
export function digitsOf(value: string): number[] {
  const digits: number[] = [];
  for (let index = 0; index < value.length; index++) {
    const digit = value.charCodeAt(index) - 48;
    if (digit >= 0 && digit <= 9) digits.push(digit);
  }
  return digits;
}

/** Returns the value in uppercase, without spaces, hyphens, dots, slashes, colons or underscores. */
export const compact = (value: string): string => value.replace(/[\s\-./:_]/g, '').toUpperCase();

/** Returns true if there is more than one digit and all digits are the same. */
export const allSame = (digits: readonly number[]): boolean =>
  digits.length > 1 && digits.every((digit) => digit === digits[0]);

/** Returns the sum of each digit times its weight. Digits without a weight do not count. */
export function weightedSum(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);
}
