/** The digit that makes a number pass Luhn's test (ISO/IEC 7812-1, annex B), written after it. */
export function luhnDigit(digits: string): string {
  return String((10 - (luhnSum(`${digits}0`) % 10)) % 10);
}

/** Whether the last digit is the one of Luhn's test. */
export function isLuhn(digits: string): boolean {
  return luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  return [...digits].reverse().reduce((sum, digit, at) => {
    const doubled = at % 2 === 1 ? Number(digit) * 2 : Number(digit);
    return sum + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
}

/** Whether a text without blanks has the form and the check digits of an IBAN (ISO 13616). */
export function isIban(text: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(text) && remainder(text.slice(4) + text.slice(0, 4)) === 1n;
}

/** The IBAN of an account in a country. */
export function ibanWithCheckDigits(country: string, account: string): string {
  const check = 98n - remainder(`${account}${country}00`);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

/** ISO 7064 MOD 97-10, letters as two digits. */
function remainder(text: string): bigint {
  return BigInt([...text].map((character) => parseInt(character, 36)).join('')) % 97n;
}
