/** Returns true if the last digit is the check digit of the other digits according to ISO/IEC 7812-1 annex B (Luhn). */
export function luhn(digits: readonly number[]): boolean {
  if (digits.length < 2) return false;
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digits[index] ?? 0;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

/** Returns true if the last digit is the check digit of the other digits according to ISO/IEC 7064 MOD 11,10. */
export function mod11And10(digits: readonly number[]): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (digit + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return digits.length > 1 && (11 - product) % 10 === digits.at(-1);
}

const rotate = (digits: readonly number[], by: number): number[] =>
  digits.map((_, index) => digits[(index + by) % digits.length] ?? 0);

/** Products in the dihedral group D5. */
const PRODUCT: readonly (readonly number[])[] = [
  ...[0, 1, 2, 3, 4].map((row) => [...rotate([0, 1, 2, 3, 4], row), ...rotate([5, 6, 7, 8, 9], row)]),
  ...[0, 1, 2, 3, 4].map((row) => [...rotate([5, 9, 8, 7, 6], 5 - row), ...rotate([0, 4, 3, 2, 1], 5 - row)]),
];

/** Verhoeff's permutation, and its powers for the eight positions after which it repeats. */
const FIRST = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
const POWERS: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, power) =>
  FIRST.map((_, digit) => Array.from({ length: power }).reduce<number>((at) => FIRST[at] ?? 0, digit)),
);

/**
 * Returns true if the last digit is the check digit of the other digits according to J. Verhoeff, "Error Detecting Decimal Codes" (1969).
 */
export function verhoeff(digits: readonly number[]): boolean {
  let state = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits[digits.length - 1 - index] ?? 0;
    state = PRODUCT[state]?.[POWERS[index % 8]?.[digit] ?? 0] ?? 0;
  }
  return digits.length > 1 && state === 0;
}

const ICAO_WEIGHTS = [7, 3, 1] as const;

/**
 * Returns true if the last character is the check digit of the other characters according to ICAO Doc 9303 part 3 §4.9; letters count as 10
 * to 35.
 * @param value uppercase letters and digits.
 */
export function icao9303(value: string): boolean {
  let sum = 0;
  for (let index = 0; index < value.length - 1; index++) {
    const number = Number.parseInt(value.charAt(index), 36);
    if (Number.isNaN(number)) return false;
    sum += number * (ICAO_WEIGHTS[index % 3] ?? 1);
  }
  return value.length > 1 && String(sum % 10) === value.at(-1);
}
