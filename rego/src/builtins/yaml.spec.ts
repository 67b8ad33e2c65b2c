import { fromJson, toJson } from '../values/json.js';
import { callBuiltin } from './call-builtin.js';

function marshal(data: unknown): unknown {
  return callBuiltin('yaml.marshal', [fromJson(data)]);
}

function unmarshal(text: string): unknown {
  return toJson(callBuiltin('yaml.unmarshal', [text]) ?? null);
}

describe('yaml.marshal', () => {
  it.each<[data: unknown, expected: string]>([
    [{ a: 1, b: [1, 'two', { c: 'd', e: [] }], f: { g: {} } }, 'a: 1\nb:\n- 1\n- two\n- c: d\n  e: []\nf:\n  g: {}\n'],
    [[[1, 2], [[3]]], '- - 1\n  - 2\n- - - 3\n'],
    [[], '[]\n'],
    [{}, '{}\n'],
    ['x', 'x\n'],
    [null, 'null\n'],
    [{ a10: 1, a2: 2, 'a-b': 3 }, 'a-b: 3\na2: 2\na10: 1\n'],
    [
      ['yes', 'null', '1.5', '0x1', '1:30', '2024-01-01', '~', ''],
      '- "yes"\n- "null"\n- "1.5"\n- "0x1"\n- "1:30"\n- "2024-01-01"\n- "~"\n- ""\n',
    ],
    [
      [' x', 'a: b', '- x', '#c', 'a #b', '{x', '*a', "it's", 'a:b'],
      "- ' x'\n- 'a: b'\n- '- x'\n- '#c'\n- 'a #b'\n- '{x'\n- '*a'\n- it's\n- a:b\n",
    ],
    [['a\tb', 'a\u0001', 'é😀'], '- "a\\tb"\n- "a\\x01"\n- é😀\n'],
    [
      { k: 'a\nb\n', l: 'a\nb', m: 'a\n\n', n: ' a\nb' },
      'k: |\n  a\n  b\nl: |-\n  a\n  b\nm: |+\n  a\n\n"n": |2-\n   a\n  b\n',
    ],
    [[true, 1.5, 1e21, 1234567.5, -3], '- true\n- 1.5\n- 1e+21\n- 1.2345675e+06\n- -3\n'],
  ])('%j', (data, expected) => {
    expect(marshal(data)).toBe(expected);
  });

  it('folds lines at a space after column 80', () => {
    const text = Array.from({ length: 40 }, () => 'word').join(' ');
    expect(
      String(marshal({ t: text }))
        .split('\n')
        .slice(0, -1)
        .map((line) => line.length),
    ).toEqual([82, 81, 41]);
    expect(unmarshal(String(marshal({ t: text })))).toEqual({ t: text });
  });

  it('writes YAML that it can read back', () => {
    const data = {
      a: ['x: y', "it's", 'true', ' ', '\n', 'a\n b', '\u2028', 'q"\\'],
      'key: 1': { '': null, '- k': [[], [{}]] },
    };
    expect(unmarshal(String(marshal(data)))).toEqual(data);
  });
});

describe('yaml.unmarshal', () => {
  it.each<[text: string, expected: unknown]>([
    ['a: 1\nb: [yes, Off, y]\n', { a: 1, b: [true, false, true] }],
    ['d: 2024-01-01\nt: 1:30\no: 010\nh: 0x10\nu: 1_000\n', { d: '2024-01-01', t: '1:30', o: 8, h: 16, u: 1000 }],
    ['1: x\ntrue: z\n', { '1': 'x', true: 'z' }],
    ['a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  l: 2\n', { a: { k: 1 }, b: { k: 1 }, c: { k: 1, l: 2 } }],
    ['a: 1\na: 2\n', { a: 2 }],
    ['', null],
    ['{"a": [1, "b"]}', { a: [1, 'b'] }],
  ])('%j', (text, expected) => {
    expect(unmarshal(text)).toEqual(expected);
  });

  it('keeps large integers exact', () => {
    expect(callBuiltin('json.marshal', [callBuiltin('yaml.unmarshal', ['a: 12345678901234567890']) ?? null])).toBe(
      '{"a":12345678901234567890}',
    );
  });

  it.each(['"open', 'a: [1', '{', 'a: *missing', '? [a]\n: b\n', 'a: .inf', '['.repeat(1_000), '- '.repeat(20_000)])(
    'refuses %j',
    (text) => {
      expect(() => unmarshal(text)).toThrow('yaml: ');
      expect(callBuiltin('yaml.is_valid', [text])).toBe(false);
    },
  );

  it.each([
    ['[1,2,3', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: 1\nb: {c: [1,\n2', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: {b: 1', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: 1\nb: c: d', 'yaml: line 2: Nested mappings are not allowed in compact mappings'],
  ])('reports the line where %j is wrong, with the message from Go if there is one', (text, message) => {
    expect(() => unmarshal(text)).toThrow(message);
  });

  it('refuses aliases that expand exponentially', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    expect(() => unmarshal(`l0: &l0 [x]\n${levels.join('\n')}`)).toThrow('yaml: ');
  });

  it('does not change object prototypes', () => {
    unmarshal('__proto__: {polluted: 1}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
