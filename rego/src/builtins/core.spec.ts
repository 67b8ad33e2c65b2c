import { LimitExceeded } from '../errors.js';
import { fromJson, stringifyJson } from '../values/json.js';
import { payVisits } from '../values/depth.js';
import { printValue } from '../values/print.js';
import { RegoSet } from '../values/set.js';
import type { Value } from '../values/value.js';
import { callBuiltin, testContext } from './call-builtin.js';
import { processorMs } from '../../../test/support/processor-time.js';

function call(name: string, ...args: readonly unknown[]): string {
  const result = callBuiltin(
    name,
    args.map((arg) => (arg instanceof RegoSet ? arg : fromJson(arg))),
  );
  return result === undefined ? 'undefined' : printValue(result);
}

const set = (...items: Value[]): RegoSet => RegoSet.of(items);

it.each<[name: string, args: readonly unknown[], expected: string]>([
  ['count', ['a😀é'], '3'],
  ['count', [{ a: 1 }], '1'],
  ['sum', [[0.1, 0.2, 3]], '3.3'],
  ['sum', [[]], '0'],
  ['product', [[2 ** 40, 2 ** 40]], '1208925819614629174706176'],
  ['max', [[1, 'a', null]], '"a"'],
  ['min', [set()], 'undefined'],
  ['sort', [set('b', 1)], '[1, "b"]'],
  ['array.concat', [[1], [2]], '[1, 2]'],
  ['array.slice', [[1, 2, 3], -5, 2], '[1, 2]'],
  ['array.flatten', [[[1, [2]], 3]], '[1, [2], 3]'],
  ['array.reverse', [[1, 2]], '[2, 1]'],
  ['array.slice', [[1, 2, 3], 1, 2 ** 62], '[2, 3]'],
  ['bits.lsh', [1, 70], '1180591620717411303424'],
  ['bits.rsh', [-5, 1], '-3'],
  ['bits.negate', [0], '-1'],
  ['bits.xor', [6, 3], '5'],
  ['to_number', ['+07.50'], '7.5'],
  ['to_number', [true], '1'],
  ['format_int', [-255.7, 16], '"-ff"'],
  ['format_int', [2 ** 60, 8], '"100000000000000000030"'],
  ['numbers.range', [3, 1], '[3, 2, 1]'],
  ['numbers.range_step', [0, 7, 3], '[0, 3, 6]'],
  ['numbers.range', [2 ** 53, 2 ** 53], '[9007199254740992]'],
  ['rand.intn', ['x', 0], '0'],
  ['lt', [1, 'a'], 'true'],
  ['gte', [[1], [1]], 'true'],
  ['minus', [set(1, 2), set(2)], '{1}'],
  ['and', [set(1, 2), set(2, 3)], '{2}'],
  ['or', [set(1), set(2)], '{1, 2}'],
  ['intersection', [set(set(1, 2), set(2, 3))], '{2}'],
  ['union', [set()], 'set()'],
  ['is_set', [[]], 'false'],
  ['type_name', [set()], '"set"'],
  ['internal.member_2', [1, { a: 1 }], 'true'],
  ['internal.member_2', [1, 'a1'], 'false'],
  ['internal.member_3', [0, 'a', ['a']], 'true'],
  ['internal.template_string', [['a', 1, [1]]], '"a1[1]"'],
])('%s(%j)', (name, args, expected) => {
  expect(call(name, ...args)).toBe(expected);
});

describe('strings', () => {
  it.each<[name: string, args: readonly unknown[], expected: unknown]>([
    ['concat', [', ', ['a', 'b']], 'a, b'],
    ['concat', ['-', set('b', 'a')], 'a-b'],
    ['indexof', ['a😀b', 'b'], 2],
    ['indexof', ['abc', 'x'], -1],
    ['indexof_n', ['aaaa', 'aa'], [0, 1, 2]],
    ['substring', ['a😀bc', 1, 2], '😀b'],
    ['substring', ['abc', 5, 1], ''],
    ['split', ['a😀', ''], ['a', '😀']],
    ['split', ['a,b,', ','], ['a', 'b', '']],
    ['replace', ['ab', '', '-'], '-a-b-'],
    ['replace', ['aaa', 'aa', 'b'], 'ba'],
    ['strings.replace_n', [{ a: 'b', b: 'a' }, 'abab'], 'baba'],
    ['strings.replace_n', [{ '': '.', b: 'x' }, 'ab'], '.a.x.'],
    ['strings.count', ['aaaa', 'aa'], 2],
    ['strings.count', ['é😀', ''], 3],
    ['strings.reverse', ['a😀'], '😀a'],
    ['upper', ['straße ŉ ᾳ'], 'STRAßE ŉ ᾼ'],
    ['lower', ['ΟΔΟΣ İ'], 'οδοσ i'],
    ['trim', ['éabé', 'é'], 'ab'],
    ['trim_left', ['😀😀a', '😀'], 'a'],
    ['trim_right', ['a..', '.'], 'a'],
    ['trim_prefix', ['aab', 'a'], 'ab'],
    ['trim_suffix', ['abb', 'b'], 'ab'],
    ['trim_suffix', ['ab', ''], 'ab'],
    ['trim_space', ['\u0085\u00a0 a\ufeff\t'], 'a\ufeff'],
    ['strings.any_prefix_match', [['ab', 'cd'], set('x', 'c')], true],
    ['strings.any_suffix_match', ['abc', ['bc']], true],
    ['strings.any_suffix_match', ['c', ['bc']], false],
    ['startswith', ['ab', ''], true],
    ['contains', ['abc', 'bc'], true],
  ])('%s(%j)', (name, args, expected) => {
    expect(call(name, ...args)).toBe(printValue(fromJson(expected)));
  });
});

describe('objects and paths', () => {
  it.each<[name: string, args: readonly unknown[], expected: string]>([
    ['object.get', [{ a: [{ b: 1 }] }, ['a', 0, 'b'], 9], '1'],
    ['object.get', [{ a: 1 }, ['a', 'b'], 9], '9'],
    ['object.get', [{ a: false }, 'a', 9], 'false'],
    ['object.get', [{ constructor_: 1 }, 'constructor', 9], '9'],
    ['object.keys', [{ b: 1, a: 2 }], '{"a", "b"}'],
    ['object.remove', [{ a: 1, b: 2 }, ['a', 'x']], '{"b": 2}'],
    ['object.filter', [{ a: 1, b: 2 }, { a: 0 }], '{"a": 1}'],
    ['object.union', [{ a: { b: 1 } }, { a: { c: 2 }, d: 3 }], '{"a": {"b": 1, "c": 2}, "d": 3}'],
    ['object.union_n', [[{ a: { b: 2 } }, { a: 4 }, { a: { c: 3 } }]], '{"a": {"c": 3}}'],
    ['object.subset', [{ a: { b: [1, 2, 3] } }, { a: { b: [2, 3] } }], 'true'],
    ['object.subset', [[1, 2, 1], set(1)], 'true'],
    [
      'object.subset',
      [
        [1, 2],
        [1, 3],
      ],
      'false',
    ],
    ['json.filter', [{ a: [{ b: 1, c: 2 }, 3] }, ['a/0/b']], '{"a": [{"b": 1}]}'],
    ['json.filter', [{ a: { b: 1 }, c: 2 }, [['a'], 'a/b']], '{"a": {"b": 1}}'],
    ['json.remove', [{ a: [1, 2, 3], b: 1 }, ['a/1', '/b']], '{"a": [1, 3]}'],
    ['json.remove', [{ 'a/b': 1, c: 2 }, ['a~1b']], '{"c": 2}'],
    ['json.patch', [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }]], '{"a": [1, 2]}'],
    ['json.patch', [{ a: 1 }, [{ op: 'test', path: '/a', value: 2 }]], 'undefined'],
    ['json.patch', [set(1), [{ op: 'add', path: [2], value: 2 }]], '{1, 2}'],
    ['json.patch', [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }]], '{"a": {}, "c": 1}'],
    ['json.patch', [{ a: 1 }, [{ op: 'replace', path: '/__proto__', value: 2 }]], 'undefined'],
    ['json.patch', [[1], [{ op: 'remove', path: '/01' }]], 'undefined'],
    ['graph.reachable', [{ a: ['b', 'x'], b: ['a'] }, ['a']], '{"a", "b"}'],
    ['graph.reachable_paths', [{ a: ['b', 'c'], b: [], c: ['a'] }, ['a']], '{["a", "b"], ["a", "c"]}'],
    ['walk', [{ a: [1] }], '[[[], {"a": [1]}], [["a"], [1]], [["a", 0], 1]]'],
  ])('%s(%j)', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected);
  });
});

describe('encodings', () => {
  it.each<[name: string, args: readonly unknown[], expected: unknown]>([
    ['base64.encode', ['é'], 'w6k='],
    ['base64.is_valid', ['YQ'], false],
    ['base64url.encode', ['>>?'], 'Pj4_'],
    ['base64url.encode_no_pad', ['a'], 'YQ'],
    ['base64url.decode', ['YQ'], 'a'],
    ['hex.encode', ['é'], 'c3a9'],
    ['hex.decode', ['C3a9'], 'é'],
    ['urlquery.encode', ["a b&c/é!'"], 'a+b%26c%2F%C3%A9%21%27'],
    ['urlquery.decode', ['a+b%26%C3%A9'], 'a b&é'],
    ['urlquery.encode_object', [{ b: ['2', '1'], a: 'x y' }], 'a=x+y&b=2&b=1'],
    ['urlquery.decode_object', ['a=1&&a=2&b'], { a: ['1', '2'], b: [''] }],
    ['json.marshal', [{ b: [1, null], a: '<' }], '{"a":"\\u003c","b":[1,null]}'],
    ['json.marshal_with_options', [[1], { pretty: true }], '[\n\t1\n]'],
    ['json.marshal_with_options', [[1], { pretty: false, indent: '  ' }], '[1]'],
    ['json.unmarshal', ['{"a":[1.5,1.5]}'], { a: [1.5, 1.5] }],
    ['json.is_valid', ['{'], false],
    ['json.is_valid', [1], false],
  ])('%s(%j)', (name, args, expected) => {
    expect(call(name, ...args)).toBe(printValue(fromJson(expected)));
  });

  it('decodes bytes that are not valid UTF-8', () => {
    const bytes = callBuiltin('base64.decode', ['/wD+']) ?? null;
    expect(callBuiltin('base64.encode', [bytes])).toBe('/wD+');
    expect(callBuiltin('hex.encode', [bytes])).toBe('ff00fe');
  });
});

describe('units', () => {
  it.each<[name: string, text: string, expected: string]>([
    ['units.parse', '10Ki', '10240'],
    ['units.parse', '1.5m', '0.0015'],
    ['units.parse', '2M', '2000000'],
    ['units.parse', '"3"', '3'],
    ['units.parse', '1e3k', '1000000'],
    ['units.parse_bytes', '1.5KB', '1500'],
    ['units.parse_bytes', '1kib', '1024'],
    ['units.parse_bytes', '0.5', '0'],
    ['units.parse_bytes', '8ei', '9223372036854775808'],
  ])('%s(%j)', (name, text, expected) => {
    expect(call(name, text)).toBe(expected);
  });
});

describe('errors', () => {
  it.each<[name: string, args: readonly unknown[], message: string]>([
    ['count', [5], 'operand 1 must be one of {array, object, set, string} but got number'],
    ['concat', ['', [1]], 'operand 2 must be array of strings but got array containing number'],
    ['upper', [1], 'operand 1 must be string but got number'],
    ['bits.or', [1, 1.5], 'operand 2 must be integer number but got floating-point number'],
    ['bits.lsh', [1, -1], 'operand 2 must be an unsigned integer number but got a negative integer'],
    ['bits.lsh', [1, 1e12], 'the result has too many digits'],
    ['format_int', [1, 3], 'operand 2 must be one of {2, 8, 10, 16}'],
    ['minus', [set(), 1], 'operand 2 must be set but got number'],
    ['minus', [set(), ''], 'operand 2 must be number but got string'],
    ['bits.and', ['', 1], 'operand 1 must be integer but got string'],
    ['numbers.range', [1, null], 'operand 2 must be integer but got null'],
    ['array.slice', [[], 0, 1e20], 'operand 3 must be integer number but got floating-point number'],
    ['glob.match', ['', 1, ''], 'operand 2 must be one of {array, null} but got number'],
    ['time.date', [''], 'operand 1 must be either number (ns) or [number (ns), string (tz)] but got string'],
    ['json.unmarshal', ['[1,]'], "invalid character ']' looking for beginning of value"],
    ['to_number', ['1e400'], 'strconv.ParseFloat: parsing "1e400": value out of range'],
    ['numbers.range_step', [1, 2, 0], 'numbers.range_step: step must be a positive number above zero'],
    ['indexof', ['a', ''], 'empty search character'],
    ['substring', ['a', -1, 1], 'negative offset'],
    ['hex.decode', ['abc'], 'encoding/hex: odd length hex string'],
    ['hex.decode', ['ag'], "encoding/hex: invalid byte: U+0067 'g'"],
    ['base64.decode', ['YQ'], 'illegal base64 data at input byte 0'],
    ['urlquery.decode', ['%zz'], 'invalid URL escape "%zz"'],
    ['urlquery.encode_object', [{ a: 1 }], 'operand 1 values must be string, array[string], or set[string]'],
    ['strings.replace_n', [{ a: 1 }, ''], 'operand 1 non-string value found in pattern object'],
    ['object.union_n', [[1]], 'operand 1 must be array of objects but got array containing number'],
    ['object.subset', [1, []], 'both arguments object.subset must be of the same type or array and set'],
    ['graph.reachable', [{}, 'a'], 'operand 2 must be {array, set} but got string'],
    ['json.marshal_with_options', [1, { x: 1 }], 'operand 2 object contained unknown key "x"'],
    ['to_number', ['-Inf'], 'operand 1 must be valid number string but got string'],
    ['units.parse', ['1 K'], 'units.parse: spaces not allowed in resource strings'],
    ['units.parse_bytes', ['1xb'], 'units.parse_bytes: byte unit xb not recognized'],
    ['units.parse', ['1e1234567'], 'units.parse: exponent too large'],
  ])('%s(%j)', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });
});

it('prints one line for each combination of values', () => {
  const lines: string[] = [];
  const context = testContext({}, lines);
  callBuiltin('internal.print', [['a', set(), set([1])]], context);
  callBuiltin('internal.print', [[set(1, 2), 'x']], context);
  expect(lines).toEqual(['a <undefined> [1]', '1 x', '2 x']);
});

describe('hostile input', () => {
  const long = 'a'.repeat(1_000_000);
  const chain = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}`, [`${i + 1}`, `${i + 1}b`]]));
  const forks = Object.fromEntries(Object.keys(chain).map((key) => [`${key}b`, chain[key] ?? []]));

  it.each<[name: string, args: readonly unknown[]]>([
    ['numbers.range', [1, 1e12]],
    ['replace', [long, 'a', long]],
    ['graph.reachable_paths', [{ ...chain, ...forks }, ['0']]],
    ['sort', [Array.from({ length: 1_500_000 }, (_, i) => i)]],
    ['indexof_n', [long, 'a'.repeat(500_000)]],
    ['product', [Array.from({ length: 20_000 }, () => 0.123456789)]],
  ])('%s stops within its budget', (name, args) => {
    const values = args.map((arg) => fromJson(arg));
    const start = processorMs();
    expect(() => callBuiltin(name, values, testContext({ deadlineMs: 50 }))).toThrow();
    expect(processorMs() - start).toBeLessThan(5_000);
  });

  const wide = `${'é'.repeat(40)}<`.repeat(350_000);
  const numbers = Array.from({ length: 500_000 }, (_, i) => i);
  const reversed = Array.from({ length: 500_000 }, (_, i) => `k${(i * 7_919) % 500_000}`);
  const alike = Array.from({ length: 64 }, (_, i) => `${long}${i}`);
  const vertices = Object.fromEntries(alike.map((text) => [text, alike]));

  it.each<[name: string, args: readonly unknown[]]>([
    ['json.marshal', [wide]],
    ['json.marshal_with_options', [Array(8).fill(numbers), { pretty: true, indent: ' '.repeat(45) }]],
    ['json.marshal_with_options', [[[numbers]], { indent: ' '.repeat(200_000_000) }]],
    ['urlquery.encode', [wide]],
    ['urlquery.encode_object', [Object.fromEntries(alike.map((text) => [text, wide]))]],
    ['urlquery.decode', ['%41'.repeat(20_000_000)]],
    ['urlquery.decode_object', ['&'.repeat(10_000_000)]],
    ['split', [wide, 'é']],
    ['split', [wide, '']],
    ['trim', ['é'.repeat(14_000_000), 'é']],
    ['trim_left', ['a', wide + wide + wide]],
    ['trim_space', [' '.repeat(14_000_000)]],
    ['strings.count', [wide, 'é']],
    ['strings.reverse', [wide]],
    ['indexof_n', [wide, 'é']],
    ['contains', ['aab'.repeat(12_000_000), `${'aab'.repeat(100_000)}b`]],
    ['indexof', ['aab'.repeat(12_000_000), `${'aab'.repeat(100_000)}b`]],
    ['upper', [wide]],
    ['glob.quote_meta', [wide]],
    ['strings.replace_n', [{ x: 'y' }, wide]],
    ['sprintf', ['%v', [[wide]]]],
    ['sprintf', ['%q', [wide]]],
    ['sprintf', ['%d'.repeat(7_000_000), []]],
    ['concat', [',', Array(100).fill(long)]],
    ['crypto.hmac.md5', ['', 'a'.repeat(50_000_000)]],
    ['sort', [reversed]],
    ['sum', [RegoSet.of(reversed)]],
    ['max', [RegoSet.of(reversed)]],
    ['graph.reachable_paths', [vertices, alike]],
  ])('%s of a large string or collection stops at the deadline or the memory limit', (name, args) => {
    const values = args.map((arg) => (arg instanceof RegoSet ? arg : fromJson(arg)));
    const context = testContext({ deadlineMs: 20 });
    const payerBefore = payVisits(context.budget);
    try {
      expect(() => callBuiltin(name, values, context)).toThrow(LimitExceeded);
    } finally {
      payVisits(payerBefore);
    }
  });

  it.each<[name: string, args: readonly unknown[], expected: unknown]>([
    ['urlquery.decode', [`${'+%F0%9F%98%80'.repeat(5_000)}é`], `${' 😀'.repeat(5_000)}é`],
    ['urlquery.encode', ['😀 '.repeat(9_000)], '%F0%9F%98%80+'.repeat(9_000)],
    ['strings.reverse', [`a${'😀'.repeat(20_000)}b`], `b${'😀'.repeat(20_000)}a`],
    ['upper', [`a${'😀é'.repeat(20_000)}`], `A${'😀É'.repeat(20_000)}`],
    ['count', ['a😀'.repeat(20_000)], 40_000],
    ['indexof', [`${'a😀'.repeat(20_000)}b`, 'b'], 40_000],
    ['substring', [`${'a😀'.repeat(80_000)}b`, 159_999, 2], '😀b'],
    ['json.marshal', [`a${'😀<'.repeat(20_000)}`], `"a${'😀\\u003c'.repeat(20_000)}"`],
  ])('%s handles long strings in chunks with the same result as short ones', (name, args, expected) => {
    const result = callBuiltin(
      name,
      args.map((arg) => fromJson(arg)),
    );
    expect(result === fromJson(expected)).toBe(true);
  });

  it('searches in linear time for any pattern', () => {
    const start = processorMs();
    expect(call('contains', long, `b${'a'.repeat(400_000)}`)).toBe('false');
    expect(processorMs() - start).toBeLessThan(5_000);
  });

  it('walks a path longer than the call stack allows', () => {
    const line = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`${i}`, [`${i + 1}`]]));
    expect(callBuiltin('graph.reachable_paths', [fromJson(line), ['0']])).toBeInstanceOf(RegoSet);
  });

  it('stops at the memory limit', () => {
    const context = testContext({ maxBytes: 10_000 });
    expect(() =>
      callBuiltin('concat', ['x'.repeat(100), fromJson(Array.from({ length: 100 }, () => ''))], context),
    ).toThrow(LimitExceeded);
  });
});

it('returns random numbers below the limit, and the same numbers throughout a query', () => {
  let round = 0;
  const context = { ...testContext(), randomBytes: (size: number) => new Uint8Array(size).fill(++round) };
  const first = callBuiltin('rand.intn', ['a', 1_000], context);
  expect(callBuiltin('rand.intn', ['a', -1_000], context)).toBe(first);
  expect(callBuiltin('rand.intn', ['b', 1_000], context)).not.toBe(first);
  expect(stringifyJson(first ?? null)).toMatch(/^\d{1,3}$/);
});
