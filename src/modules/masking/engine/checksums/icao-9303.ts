const WEIGHTS = [7, 3, 1] as const;

/**
 * Whether the last character is the check digit of ICAO Doc 9303 part 3 §4.9 over the others: letters count 10 to 35.
 * @param value letters and digits in upper case.
 */
export function icao9303(value: string): boolean {
  let sum = 0;
  for (let index = 0; index < value.length - 1; index++) {
    const number = Number.parseInt(value.charAt(index), 36);
    if (Number.isNaN(number)) return false;
    sum += number * (WEIGHTS[index % 3] ?? 1);
  }
  return value.length > 1 && String(sum % 10) === value.at(-1);
}
