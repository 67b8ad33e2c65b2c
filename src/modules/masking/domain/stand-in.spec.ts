import { maskingStrategy } from '../contract/masking.types';
import { standIn } from './stand-in';
import { testKeys } from './test-keys';

const keys = testKeys('tnt-a');
const CARD = '4111 1111 1111 1111';

describe('the replacement of a value', () => {
  it.each(maskingStrategy.options)('with %s shows only the documented parts, and is not empty', (strategy) => {
    for (const value of [CARD, 'ada@example.com', 'x', '']) {
      const shown = standIn(strategy, value, keys);
      expect(shown).not.toBe('');
      if (value.length > 1) expect(shown).not.toContain(value);
    }
  });

  it.each([
    ['4111 1111 1111 1111', '**** **** **** 1111'],
    ['078-05-1120', '***-**-1120'],
    ['1234567', '*******'],
    ['ada@example.com', 'a***@example.com'],
    ['Zoë Łukasz', '*** **kasz'],
    ['--', '[REDACTED]'],
  ])('with mask shows %s only as %s', (value, shown) => {
    expect(standIn('mask', value, keys)).toBe(shown);
  });

  it('with hash is the same for the same value and tenant, and differs between tenants', () => {
    expect(standIn('hash', CARD, keys)).toBe(standIn('hash', CARD, keys));
    expect(standIn('hash', CARD, keys)).toMatch(/^hash_[A-Za-z0-9_-]{43}$/);
    expect(standIn('hash', CARD, testKeys('tnt-b'))).not.toBe(standIn('hash', CARD, keys));
  });

  it.each(['tokenise', 'hash', 'format', 'encrypt'] as const)('with %s is [REDACTED] without any keys', (strategy) => {
    expect(standIn(strategy, CARD, null)).toBe('[REDACTED]');
  });

  it('is [REDACTED] for a value that is too long for a token', () => {
    expect(standIn('tokenise', 'x'.repeat(8 * 1024 + 1), keys)).toBe('[REDACTED]');
    expect(standIn('encrypt', 'ü'.repeat(5 * 1024), keys)).toBe('[REDACTED]');
    expect(standIn('tokenise', 'x'.repeat(8 * 1024), keys)).toMatch(/^tok_/);
  });
});
