import { abs, add, ceil, divide, floor, modulo, multiply, round, subtract } from './arithmetic.js';
import {
  ExactNumber,
  MAX_NUMBER_DIGITS,
  compareNumbers,
  equalNumbers,
  formatNumber,
  fromBigInt,
  fromDouble,
  isInteger,
  parseNumber,
  toBigInt,
  toSafeInteger,
} from './number.js';
import type { RegoNumber } from './value.js';

function num(text: string): RegoNumber {
  const number = parseNumber(text);
  if (number === undefined) {
    throw new Error(`no number: ${text}`);
  }
  return number;
}

describe('parseNumber', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['-0.0e5', 0],
    ['42', 42],
    ['1.0', 1],
    ['1e3', 1000],
    ['0.1', 0.1],
    ['12.50', 12.5],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['0.30000000000000004', 0.30000000000000004],
    ['1e-7', 1e-7],
  ])('%s is a plain number', (text, expected) => {
    expect(num(text)).toBe(expected);
  });

  it.each(['9007199254740992', '1e21', '0.1000000000000000000001', '0.3000000000000000444', '1.0000001e-320'])(
    '%s is exact',
    (text) => {
      expect(num(text)).toBeInstanceOf(ExactNumber);
    },
  );

  it('gives equal numbers one representation, however they are written', () => {
    expect(num('1e21')).toEqual(num('1000000000000000000000.0'));
    expect(equalNumbers(num('1e21'), num('10e20'))).toBe(true);
    expect(equalNumbers(num('1e21'), num('1e22'))).toBe(false);
    expect(num('9007199254740992')).toEqual(fromDouble(2 ** 53));
  });

  it.each([
    '',
    '-',
    '01',
    '1.',
    '.5',
    '+1',
    '0x10',
    'NaN',
    '1e',
    '1 ',
    '1e999999999',
    '-1e-999999999',
    `1e${MAX_NUMBER_DIGITS + 1}`,
  ])('refuses %j', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  it('accepts zero with any exponent', () => {
    expect(num('0e999999999')).toBe(0);
  });
});

describe('formatNumber', () => {
  it.each([
    ['1e3', '1000'],
    ['1e21', '1000000000000000000000'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['3e400', '3e400'],
    ['1234567.25', '1234567.25'],
    ['1e-7', '1e-07'],
    ['0.00001', '0.00001'],
    ['0.12345678901234567890123', '0.12345678901234567890123'],
  ])('%s prints as %s', (text, expected) => {
    expect(formatNumber(num(text))).toBe(expected);
  });
});

describe('compareNumbers', () => {
  const ascending = [
    '-1e400',
    '-9007199254740993',
    '-1.5',
    '-0.1',
    '0',
    '1e-320',
    '0.1',
    '0.10000000000000000001',
    '1',
    '9007199254740992',
    '9007199254740993',
    '1e21',
    '1e400',
  ];

  it('orders by exact value', () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect(Math.sign(compareNumbers(num(a), num(b)))).toBe(Math.sign(i - j));
      }
    }
  });
});

describe('arithmetic', () => {
  it.each<[string, (a: RegoNumber, b: RegoNumber) => RegoNumber, string, string]>([
    ['0.1', add, '0.2', '0.3'],
    ['9007199254740991', add, '2', '9007199254740993'],
    ['28857836529306024611913', add, '1', '28857836529306024611914'],
    ['1', subtract, '1.0', '0'],
    ['0.3', subtract, '0.1', '0.20000000000000000002'],
    ['94906267', multiply, '94906267', '9007199515875289'],
    ['9007199254740993', multiply, '3', '27021597764222979'],
    ['1.1', multiply, '1.1', '1.21'],
    ['-1', multiply, '0', '0'],
    ['1', divide, '3', '0.33333333333333333334'],
    ['2', divide, '3', '0.6666666666666666667'],
    ['6', divide, '3', '2'],
    ['1e109', divide, '1e100', '1000000000'],
    ['-7', modulo, '3', '-1'],
    ['10', modulo, '18446744073709551616', '10'],
  ])('%s, %p, %s', (a, compute, b, expected) => {
    expect(formatNumber(compute(num(a), num(b)))).toBe(expected);
  });

  it('refuses operations without a result', () => {
    expect(() => divide(1, 0)).toThrow('divide by zero');
    expect(() => modulo(1, 0)).toThrow('modulo by zero');
    expect(() => modulo(1.5, 1)).toThrow('modulo on floating-point number');
    expect(() => multiply(num('1e15000'), num('1e15000'))).toThrow('too many digits');
  });

  it.each<[(value: RegoNumber) => RegoNumber, string, string]>([
    [round, '2.5', '3'],
    [round, '-2.5', '-3'],
    [round, '2.4999', '2'],
    [ceil, '-0.5', '0'],
    [ceil, '2.0000000000001', '3'],
    [floor, '-0.5', '-1'],
    [floor, '2.9', '2'],
    [abs, '-28857836529306024611913', '28857836529306024611913'],
    [abs, '-1.5', '1.5'],
    [round, '28857836529306024611913', '28857836529306024611913'],
  ])('%p of %s is %s', (compute, value, expected) => {
    expect(formatNumber(compute(num(value)))).toBe(expected);
  });

  it('agrees with exact rational arithmetic to 64 bits', () => {
    let seed = 12345;
    const next = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31);
    for (let i = 0; i < 300; i++) {
      const [a, b] = [next(), next() + 1];
      const quotient = divide(a, b);
      const { digits, exponent } = quotient instanceof ExactNumber ? quotient : { digits: '', exponent: 0 };
      if (digits !== '' && exponent < 0) {
        // |quotient·b − a| must stay below half a unit in the 64th bit.
        const scale = 10n ** BigInt(-exponent);
        const error = BigInt(digits) * BigInt(b) - BigInt(a) * scale;
        expect((error < 0n ? -error : error) * 2n ** 64n <= BigInt(a) * scale * 2n).toBe(true);
      }
    }
  });
});

describe('integers', () => {
  it('distinguishes whole numbers from fractions', () => {
    expect(isInteger(num('1e30'))).toBe(true);
    expect(isInteger(num('1.5'))).toBe(false);
    expect(toSafeInteger(num('1e30'))).toBeUndefined();
    expect(toSafeInteger(5)).toBe(5);
    expect(toBigInt(num('-1e20'))).toBe(-(10n ** 20n));
    expect(toBigInt(0.5)).toBeUndefined();
    expect(fromBigInt(5n)).toBe(5);
  });
});
