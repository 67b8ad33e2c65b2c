import { LimitExceeded } from '../errors.js';
import { byteSizeOf } from './byte-size.js';
import { bytesOfString, stringFromBytes, utf8Length } from './bytes.js';
import { compareStrings, compareValues, equalValues, sortValues } from './compare.js';
import { MAX_VALUE_DEPTH } from './depth.js';
import { hashValue } from './hash.js';
import { JsonError, fromJson, parseJson, stringifyJson, toJson, viewJson } from './json.js';
import { parseNumber } from './number.js';
import { ObjectBuilder, RegoObject } from './object.js';
import { displayValue, printValue } from './print.js';
import { RegoSet, SetBuilder } from './set.js';
import { typeNameOf } from './type-name.js';
import type { Value } from './value.js';

const big = parseNumber('12345678901234567890') ?? 0;
const object = (members: Record<string, unknown>): RegoObject => fromJson(members) as RegoObject;

function nested(depth: number): Value {
  let value: Value = 1;
  for (let i = 0; i < depth; i++) {
    value = i % 2 === 0 ? [value] : RegoSet.of([value]);
  }
  return value;
}

describe('order', () => {
  const ascending: Value[] = [
    null,
    false,
    true,
    -1.5,
    0,
    2,
    big,
    '',
    'Z',
    'a',
    'ab',
    '\uff5e',
    '😀',
    [],
    [1],
    [1, 2],
    [2],
    RegoObject.EMPTY,
    object({ a: 1 }),
    object({ a: 1, b: 0 }),
    object({ a: 2 }),
    object({ b: 0 }),
    RegoSet.EMPTY,
    RegoSet.of([1]),
    RegoSet.of([1, 2]),
    RegoSet.of([2]),
  ];

  it('is total and sorts by type first', () => {
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        expect(Math.sign(compareValues(a, b))).toBe(Math.sign(i - j));
        expect(equalValues(a, b)).toBe(i === j);
      }
    }
    expect(sortValues(ascending.toReversed())).toEqual(ascending);
  });

  it('sorts strings by their UTF-8 bytes', () => {
    const texts = ['\ue000', '\ud800\udc00', 'é', '\uffff', '\u07ff', '\u0800', 'z', '😀'];
    const byBytes = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(texts.toSorted(compareStrings)).toEqual(byBytes);
  });

  it('treats equal values from different origins as equal, with equal hashes', () => {
    const a = object({ x: [1, { y: [] }], z: null });
    const b = parseJson('{"z": null, "x": [1.0, {"y": []}]}');
    expect(equalValues(a, b)).toBe(true);
    expect(hashValue(a)).toBe(hashValue(b));
    expect(equalValues(a, object({ x: [1, { y: [0] }], z: null }))).toBe(false);
  });

  it('stops at a limit, without a stack overflow, on values nested too deeply', () => {
    const fine = nested(MAX_VALUE_DEPTH - 10);
    expect(equalValues(fine, nested(MAX_VALUE_DEPTH - 10))).toBe(true);
    expect(printValue(fine)).toContain('1');
    let [deep, twin]: [Value, Value] = [1, 1];
    for (let i = 0; i < 200_000; i++) {
      [deep, twin] = [[deep], [twin]];
    }
    for (const walk of [printValue, stringifyJson, toJson, hashValue, byteSizeOf]) {
      expect(() => walk(deep)).toThrow(LimitExceeded);
    }
    expect(() => compareValues(deep, [deep])).toThrow(LimitExceeded);
    expect(() => equalValues(deep, twin)).toThrow(LimitExceeded);
  });
});

describe('objects', () => {
  it('accept any value as a key and find it again', () => {
    const keys: Value[] = [
      null,
      true,
      1,
      0.5,
      big,
      '1',
      '__proto__',
      'constructor',
      ['a', 1],
      object({ a: [1] }),
      RegoSet.of([1]),
    ];
    const built = RegoObject.of(keys.map((key, i) => [key, i]));
    expect(built.size).toBe(keys.length);
    for (const [i, key] of keys.entries()) {
      expect(built.get(key)).toBe(i);
    }
    expect(built.get('toString')).toBeUndefined();
    expect(built.get(parseNumber('12345678901234567890') ?? 0)).toBe(4);
    expect(built.keys()).toEqual(sortValues(keys));
  });

  it('distinguish a conflict from a repeated entry', () => {
    const builder = new ObjectBuilder();
    expect(builder.insert('a', [1])).toBe(true);
    expect(builder.insert('a', [1])).toBe(true);
    expect(builder.insert('a', [2])).toBe(false);
    expect(builder.build().get('a')).toEqual([1]);
  });

  it('do not change when a copy changes', () => {
    const first = RegoObject.of([[['k'], 1]]);
    const second = first.with(['k'], 2).with('x', 3);
    expect([first.get(['k']), first.size]).toEqual([1, 1]);
    expect([second.get(['k']), second.size]).toEqual([2, 2]);
  });
});

describe('sets', () => {
  it('contain each value once, in order', () => {
    const set = RegoSet.of([3, 'a', [1], 1, [1.0], 3]);
    expect(set.sorted()).toEqual([1, 3, 'a', [1]]);
    expect(set.has([1])).toBe(true);
    const builder = new SetBuilder();
    expect([builder.add([1]), builder.add([1])]).toEqual([true, false]);
  });

  it('support union, intersection and difference', () => {
    const [a, b] = [RegoSet.of([1, 2, [3]]), RegoSet.of([2, [3], 4])];
    expect(a.union(b).sorted()).toEqual([1, 2, 4, [3]]);
    expect(a.intersection(b).sorted()).toEqual([2, [3]]);
    expect(a.difference(b).sorted()).toEqual([1]);
    expect(a.difference(a)).toBe(RegoSet.EMPTY);
  });
});

describe('JSON', () => {
  it('keeps numbers exact and accepts any member name', () => {
    const text = '{"__proto__":{"constructor":1},"a":12345678901234567890,"b":0.1000000000000000000001}';
    expect(stringifyJson(parseJson(text))).toBe(text);
    expect(({} as { constructor: unknown }).constructor).toBe(Object);
  });

  it.each(['[1,', '{"a":1,}', 'nul', "{'a':1}", ''])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow(JsonError);
  });

  it('refuses text that is too large or too deep, and numbers with too many digits', () => {
    expect(() => parseJson('"ééé"', { maxBytes: 6 })).toThrow('larger than 6 bytes');
    expect(() => parseJson('[[[1]]]', { maxDepth: 2 })).toThrow('too deep');
    expect(() => parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow('too deep');
    expect(() => parseJson(`${'['.repeat(100_000)}1e999${']'.repeat(100_000)}`)).toThrow('too deep');
    expect(() => parseJson('1e999999999')).toThrow('too many digits');
  });

  it('refuses data that is not JSON', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    for (const data of [Number.NaN, Infinity, 1n, () => 1, new Date(0), new Map(), undefined, circle, [undefined]]) {
      expect(() => fromJson(data)).toThrow(JsonError);
      expect(() => viewJson(data)).toThrow(JsonError);
    }
  });

  it('replaces lone surrogates', () => {
    expect(fromJson({ '\ud800': '\udc00x' })).toEqual(fromJson({ '\ufffd': '\ufffdx' }));
    expect((viewJson({ '\ud800': ['\udc00'] }) as RegoObject).get('\ufffd')).toEqual(['\ufffd']);
    expect((viewJson({ '\ud800': 1 }) as RegoObject).get('\ufffd')).toBe(1);
    expect((viewJson({ a: 1 }) as RegoObject).get('toString')).toBeUndefined();
  });

  it('reads the same values through a view as from a copy', () => {
    const data = { a: 'x', n: 2 ** 60, deep: { list: [1, { b: null }], yes: true }, __proto_: 0 };
    const view = viewJson(data) as RegoObject;
    expect([view.get('a'), view.get('zzz'), view.get('toString'), view.has('deep')]).toEqual([
      'x',
      undefined,
      undefined,
      true,
    ]);
    expect(equalValues(view, fromJson(data))).toBe(true);
    expect(view.keys()).toEqual(['__proto_', 'a', 'deep', 'n']);
  });

  it('converts sets to arrays and other keys to text', () => {
    const value = RegoObject.of([
      [['a', 1], RegoSet.of([2, 1])],
      [1, null],
      ['__proto__', 1],
    ]);
    expect(JSON.stringify(toJson(value))).toBe('{"1":null,"__proto__":1,"[\\"a\\",1]":[1,2]}');
    expect(stringifyJson(value)).toBe('{"1":null,"[\\"a\\",1]":[1,2],"__proto__":1}');
  });

  it('escapes text as Go does', () => {
    expect(stringifyJson('<a href="&">\u2028\u2029\n\u0001\u007f')).toBe(
      '"\\u003ca href=\\"\\u0026\\"\\u003e\\u2028\\u2029\\n\\u0001\u007f"',
    );
  });

  it('formats with indent and prefix', () => {
    const value = fromJson({ a: [1, {}], b: [] });
    expect(stringifyJson(value, { prefix: '>', indent: ' ' })).toBe('{\n> "a": [\n>  1,\n>  {}\n> ],\n> "b": []\n>}');
  });
});

describe('printing', () => {
  it.each<[Value, string]>([
    [null, 'null'],
    ['a"b\\\n\u0007\u200b😀é', '"a\\"b\\\\\\n\\a\\u200b😀é"'],
    [fromJson({ b: [1, 'x'], a: {} }), '{"a": {}, "b": [1, "x"]}'],
    [RegoSet.EMPTY, 'set()'],
    [RegoSet.of(['b', 1]), '{1, "b"}'],
    [big, '12345678901234567890'],
  ])('%p', (value, text) => {
    expect(printValue(value)).toBe(text);
  });

  it('shows a single string without quotes', () => {
    expect(displayValue('a"b')).toBe('a"b');
    expect(displayValue(['a'])).toBe('["a"]');
  });
});

describe('bytes', () => {
  it('keeps bytes that are not valid UTF-8', () => {
    const bytes = Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0x80, 0x80]);
    const text = stringFromBytes(bytes);
    expect(text).toContain('é');
    expect(text).toContain('😀');
    expect(bytesOfString(text).equals(bytes)).toBe(true);
    expect(utf8Length(text)).toBe(bytes.length);
    expect(stringifyJson(stringFromBytes(Buffer.of(0xff)))).toBe('"\ufffd"');
  });

  it('leaves valid text unchanged', () => {
    expect(stringFromBytes(Buffer.from('a\ufffd\ufeff'))).toBe('a\ufffd\ufeff');
  });
});

it('names types as OPA does', () => {
  const values: Value[] = [null, true, 1, big, 'x', [], RegoObject.EMPTY, RegoSet.EMPTY];
  expect(values.map(typeNameOf)).toEqual(['null', 'boolean', 'number', 'number', 'string', 'array', 'object', 'set']);
});
