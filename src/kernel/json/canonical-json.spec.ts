import { canonicalJson } from './canonical-json';

describe('canonical JSON', () => {
  it('is that of the example of RFC 8785 §3.2.2', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts by UTF-16 units, as the example of §3.2.3', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 1])));
    expect(text).toBe(`{${sorted.map((name) => `${JSON.stringify(name)}:1`).join(',')}}`);
  });

  it('writes -0 as 0, and nothing but its members of an object', () => {
    expect(canonicalJson({ b: { d: [], c: -0 }, a: {} })).toBe('{"a":{},"b":{"c":0,"d":[]}}');
  });

  it.each([['\ud800'], [{ '\udc00': 1 }], [[Number.POSITIVE_INFINITY]], [Number.NaN]])('refuses %j', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
