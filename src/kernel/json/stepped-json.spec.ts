import fc from 'fast-check';
import { parseInSteps } from './stepped-json';

/** Returns the value, the number of steps and the length of the longest string that `JSON.parse` received. */
function parsed(text: string, chunkChars?: number): { value: unknown; steps: number; longest: number } {
  const parse = jest.spyOn(JSON, 'parse');
  try {
    const work = parseInSteps(text, chunkChars);
    let steps = 1;
    for (let step = work.next(); ; step = work.next(), steps += 1) {
      if (step.done !== true) continue;
      const longest = Math.max(0, ...parse.mock.calls.map(([given]) => given.length));
      return { value: step.value, steps, longest };
    }
  } finally {
    parse.mockRestore();
  }
}

/** Returns the parsed value, or `fault` for a syntax error. */
function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return error instanceof SyntaxError ? 'fault' : error;
  }
}

const MIB = 1024 * 1024;

describe('JSON parsed in steps', () => {
  it.each(['{"a":[1,2]}', '[]', ' [ ] ', '"text"', '1', 'null', '{"__proto__":{"a":1}}'])(
    'yields the same value as JSON.parse: %s',
    (text) => {
      for (const chunk of [0, 4, 1_000]) expect(parsed(text, chunk).value).toEqual(JSON.parse(text));
    },
  );

  it('keeps members named __proto__, duplicate members and their order', () => {
    const text = `{"__proto__":{"x":[1,2,3,4]},"b":${'[1,'.repeat(4)}1${']'.repeat(4)},"a":1,"b":2,"__proto__":[5,6,7,8]}`;
    const { value } = parsed(text, 4);
    expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('yields the same value as JSON.parse, for any value, spacing and chunk size', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(0, 2, '\t'),
        fc.integer({ min: 0, max: 40 }),
        (value, space, chunk) => {
          const text = JSON.stringify(value, null, space);
          expect(JSON.stringify(parsed(text, chunk).value)).toBe(JSON.stringify(JSON.parse(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused if and only if JSON.parse refuses it, for any changed character', () => {
    const base = '{"a":[1,{"b":"x,]}\\"","c":[[],{}]},2.5e1],"d":{"e":null,"f":[true , false]} , "g":-1}';
    const change = fc.record({
      at: fc.nat(base.length),
      cut: fc.nat(2),
      put: fc.string({ maxLength: 2, unit: fc.constantFrom(...'[]{},:"\\0 a\u00A0-') }),
      chunk: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(change, ({ at, cut, put, chunk }) => {
        const text = base.slice(0, at) + put + base.slice(at + cut);
        expect(outcome(() => parsed(text, chunk).value)).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each<[string, string]>([
    ['numbers', `[${'0,'.repeat(MIB / 2)}0]`],
    ['objects', `[${'{},'.repeat(MIB / 3)}{}]`],
    ['names', `{${Array.from({ length: MIB / 12 }, (_, index) => `"k${index}":0`).join(',')}}`],
    ['objects in a member', `{"a":{"b":[${'{"c":1},'.repeat(MIB / 8)}0]},"d":"${'x'.repeat(100)}"}`],
  ])('with 1 MiB of %s is passed to JSON.parse in chunks', (_what, text) => {
    const { value, steps, longest } = parsed(text);
    expect(steps).toBeGreaterThan(64);
    expect(longest).toBeLessThan(9 * 1024);
    expect(JSON.stringify(value) === JSON.stringify(JSON.parse(text))).toBe(true);
  });

  it('can be nested as deeply as its length allows', () => {
    const depth = 200_000;
    let value: unknown = parsed('['.repeat(depth) + ']'.repeat(depth)).value;
    let found = 0;
    for (; Array.isArray(value); value = value[0] as unknown) found += 1;
    expect(found).toBe(depth);
  });
});
