const rotate = (digits: readonly number[], by: number): number[] =>
  digits.map((_, index) => digits[(index + by) % digits.length] ?? 0);

/** Products in the dihedral group D5. */
const PRODUCT: readonly (readonly number[])[] = [
  ...[0, 1, 2, 3, 4].map((row) => [...rotate([0, 1, 2, 3, 4], row), ...rotate([5, 6, 7, 8, 9], row)]),
  ...[0, 1, 2, 3, 4].map((row) => [...rotate([5, 9, 8, 7, 6], 5 - row), ...rotate([0, 4, 3, 2, 1], 5 - row)]),
];

/** The permutation of Verhoeff, and its powers for the eight positions after which it repeats. */
const FIRST = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
const POWERS: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, power) =>
  FIRST.map((_, digit) => Array.from({ length: power }).reduce<number>((at) => FIRST[at] ?? 0, digit)),
);

/** Whether the last digit is the check digit of J. Verhoeff, "Error Detecting Decimal Codes" (1969), over the others. */
export function verhoeff(digits: readonly number[]): boolean {
  let state = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits[digits.length - 1 - index] ?? 0;
    state = PRODUCT[state]?.[POWERS[index % 8]?.[digit] ?? 0] ?? 0;
  }
  return digits.length > 1 && state === 0;
}
