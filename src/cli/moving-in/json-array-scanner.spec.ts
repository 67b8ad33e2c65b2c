import { JsonArrayScanner } from './json-array-scanner';

/** Splits a text that arrives in chunks of this size. */
function split(text: string, size: number): { readonly elements: readonly unknown[]; readonly rest: unknown } {
  const scanner = new JsonArrayScanner('users');
  const bytes = Buffer.from(text);
  const elements: unknown[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    for (const element of scanner.push(bytes.subarray(at, at + size))) elements.push(JSON.parse(element.toString()));
  }
  return { elements, rest: JSON.parse(scanner.finish()) };
}

const users = [
  { username: 'a', nested: { users: [{ x: 1 }], text: '}]"\\' } },
  { username: 'é\u{1f4a5} [{', list: [[], [{}]] },
  {},
];

describe('the scanner of a large JSON object', () => {
  it.each([1, 2, 3, 7, 1_000])('finds the elements of one array in chunks of %i bytes', (size) => {
    const realm = { realm: 'users', groups: [{ users: [1] }], attributes: { users: [{ no: 1 }] }, users, after: 'x' };
    for (const indent of [undefined, 2]) {
      expect(split(JSON.stringify(realm, null, indent), size)).toEqual({
        elements: users,
        rest: { ...realm, users: [] },
      });
    }
  });

  it('accepts an object without the array, and an empty array', () => {
    expect(split('{"realm":"a"}', 4)).toEqual({ elements: [], rest: { realm: 'a' } });
    expect(split('{"users":[ ]}', 4)).toEqual({ elements: [], rest: { users: [] } });
    // A string with the same text is a value, not a name.
    expect(split('{"a":"users","b":[{"c":1}]}', 4)).toEqual({ elements: [], rest: { a: 'users', b: [{ c: 1 }] } });
  });

  it.each(['{"users":[1]}', '{"users":["a"]}', '{"users":[null]}', '{"users":[[]]}'])(
    'refuses elements that are not objects, as in %s',
    (text) => {
      expect(() => split(text, 100)).toThrow('"users" must be an array of objects.');
    },
  );

  it.each(['{"users":[{"a":1}', '{"users":[{"a":"', '{'])('refuses a text that ends too early: %s', (text) => {
    expect(() => split(text, 100)).toThrow('The file ends too early.');
  });

  it('refuses an object that is too large, before it is complete', () => {
    expect(() => split(`{"users":[{"a":"${'x'.repeat(1_100_000)}`, 65_536)).toThrow('more than 1048576 bytes');
  });
});
