/** Whether the last digit is the check digit of ISO/IEC 7812-1 annex B (Luhn) over the others. */
export function luhn(digits: readonly number[]): boolean {
  if (digits.length < 2) return false;
  let sum = 0;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digits[index] ?? 0;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}
