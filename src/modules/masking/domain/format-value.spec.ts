import fc from 'fast-check';
import { formatValue, isIban, isLuhn } from './format-value';
import { testKeys } from './test-keys';

const { format: key } = testKeys('tnt-a');
const shape = (text: string): string =>
  text.replaceAll(/[0-9]/g, '9').replaceAll(/[a-z]/g, 'a').replaceAll(/[A-Z]/g, 'A');

describe('the format of a value', () => {
  it.each(['078-05-1120', 'GB29 NWBK 6016 1331 9268 19', 'ada.lovelace@example.com', '+44 20 7946 0958', 'AB123456C'])(
    'is kept for %s, and the value changes',
    (value) => {
      const formatted = formatValue(key, value);
      expect(shape(formatted)).toBe(shape(value));
      expect(formatted).not.toBe(value);
      expect(formatValue(key, value)).toBe(formatted);
      expect(formatValue(testKeys('tnt-b').format, value)).not.toBe(formatted);
    },
  );

  it('keeps check digits of cards and IBANs valid, and the country of IBANs', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 11, maxLength: 18 }), (digits) => {
        const card = [...'0123456789'].map((digit) => digits + digit).find(isLuhn) ?? '';
        const formatted = formatValue(key, card);
        expect(formatted).toHaveLength(card.length);
        expect(isLuhn(formatted)).toBe(true);
      }),
    );
    const iban = formatValue(key, 'DE89 3704 0044 0532 0130 00');
    expect(iban).toMatch(/^DE\d\d \d{4} \d{4} \d{4} \d{4} \d\d$/);
    expect(isIban(iban.replaceAll(' ', ''))).toBe(true);
  });

  it('maps different values to different results', () => {
    const values = Array.from({ length: 500 }, (_, index) => `AB${String(index).padStart(6, '0')}`);
    expect(new Set(values.map((value) => formatValue(key, value))).size).toBe(500);
  });

  it.each(['12345', 'abc', 'a1', 'Müller-Łukasz 123456', 'x'.repeat(300)])(
    'is shown with asterisks when FF1 is not safe or not possible: %s',
    (value) => {
      expect(formatValue(key, value)).toBe(value.replaceAll(/[\p{L}\p{N}]/gu, '*'));
    },
  );

  it('is not shown for a value that consists of punctuation', () => {
    expect(formatValue(key, '---')).toBe('[REDACTED]');
  });

  it('is never empty, and long values always change', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (value) => {
        const formatted = formatValue(key, value);
        expect(formatted).not.toBe('');
        if (/[a-zA-Z0-9]{8}/.test(value)) expect(formatted).not.toBe(value);
      }),
    );
  });
});
