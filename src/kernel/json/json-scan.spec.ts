import fc from 'fast-check';
import { scanJson } from './json-scan';

describe('scanJson', () => {
  it('agrees with JSON.parse on every JSON text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat(3), (value, indent) => {
        expect(scanJson(JSON.stringify(value, null, indent), 64)).toBeNull();
      }),
    );
  });

  it('agrees with JSON.parse on strings that are almost JSON, except for duplicate members', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0.5e+2',
      'true',
      'null',
      ' ',
      '\n',
      '"\\u00zz"',
      '01',
      '"\\n"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const fault = scanJson(text, 64);
        const isJson = ((): boolean => {
          try {
            JSON.parse(text);
            return true;
          } catch {
            return false;
          }
        })();
        // Duplicate member names are valid JSON, but `scanJson` reports them as a fault.
        expect(fault === null || fault.code === 'duplicate_member').toBe(isJson || fault?.code === 'duplicate_member');
      }),
      { numRuns: 2_000 },
    );
  });
});
