import fc from 'fast-check';
import { includesText } from './text-search';

describe('includesText', () => {
  it('agrees with `String.includes` for any strings', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 200 });
    fc.assert(
      fc.property(text, text, fc.nat(200), fc.nat(60), (whole, other, from, length) => {
        expect(includesText(whole, other)).toBe(whole.includes(other));
        expect(includesText(whole, whole.slice(from, from + length))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['', '', true],
    ['a', '', true],
    ['', 'a', false],
    [`${'ab'.repeat(30)}c`, `${'ab'.repeat(20)}c`, true],
    [`${'ab'.repeat(30)}c`, `${'ab'.repeat(20)}d`, false],
  ])('searches %j for %j', (whole, part, found) => {
    expect(includesText(whole, part)).toBe(found);
  });
});
