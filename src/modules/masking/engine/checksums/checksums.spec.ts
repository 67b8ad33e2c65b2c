import { eip55, isBase58Address, isBech32 } from './crypto-addresses';
import { isDay } from './calendar';
import { compact, digitsOf } from './digits';
import { icao9303, luhn, mod11And10, verhoeff } from './check-digits';

const eachOther = (number: string): string[] =>
  Array.from(number, (digit, at) => number.slice(0, at) + ((Number(digit) + 1) % 10) + number.slice(at + 1));

describe('check digits of numbers', () => {
  it.each([
    ['Luhn', luhn, '4012888888881881'],
    ['Luhn', luhn, '79927398713'],
    ['Verhoeff', verhoeff, '2363'],
    ['Verhoeff', verhoeff, '399876543211'],
    ['MOD 11,10', mod11And10, '86095742719'],
    ['MOD 11,10', mod11And10, '136695976'],
  ])('%s is valid, and invalid if one digit differs', (_, check, number) => {
    expect(check(digitsOf(number))).toBe(true);
    expect(eachOther(number).filter((other) => check(digitsOf(other)))).toEqual([]);
  });

  it('of ICAO 9303 count letters', () => {
    expect([icao9303('L01X00T44'), icao9303('L01X00T45'), icao9303('L01X0.T44'), icao9303('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('ignore everything except letters and digits', () => {
    expect(compact('de 136-695.976/1:2_3')).toBe('DE136695976123');
    expect(digitsOf('a1-2٣')).toEqual([1, 2]);
  });
});

describe('cryptocurrency addresses', () => {
  it('are verified by their checksum', () => {
    expect(isBase58Address('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa')).toBe(true);
    expect(isBase58Address('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb')).toBe(false);
    expect(isBase58Address('1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a')).toBe(false);
    // BIP 173 and BIP 350.
    expect(isBech32('BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')).toBe(true);
    expect(isBech32('bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0')).toBe(true);
    expect(isBech32('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')).toBe(false);
    expect(isBech32('bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')).toBe(false);
  });

  it.each([
    // EIP-55.
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', true],
    ['0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359', true],
    ['0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', false],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', null],
  ])('%s', (address, verdict) => {
    expect(eip55(address)).toBe(verdict);
  });
});

describe('isDay', () => {
  it('knows leap years', () => {
    expect([isDay(2000, 2, 29), isDay(1900, 2, 29), isDay(2023, 2, 29), isDay(2024, 2, 29)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([isDay(2023, 4, 31), isDay(2023, 13, 1), isDay(2023, 1, 0), isDay(2023, 12, 31)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
