import { moduleToData } from './ast-json.js';
import { parseModule } from './parser.js';

const moduleData = (text: string): unknown => {
  const parsed = parseModule({ path: 'a.rego', text });
  return parsed.ok ? moduleToData(parsed.module) : parsed.errors.map(String);
};

const firstRule = (text: string): Record<string, unknown> => {
  const { rules } = moduleData(`package a\n${text}`) as { rules: Record<string, unknown>[] };
  return rules[0] ?? {};
};

const termData = (source: string): unknown => (firstRule(`p := ${source}`)['head'] as { value: unknown }).value;

const name = (value: string) => ({ type: 'var', value });
const text = (value: string) => ({ type: 'string', value });
const number = (value: number) => ({ type: 'number', value });
const ref = (...value: unknown[]) => ({ type: 'ref', value });
const expr = (terms: unknown, index = 0) => ({ index, terms });

describe('moduleToData', () => {
  it('has the members of ast.Module in OPA', () => {
    expect(moduleData('# why\npackage a.b\nimport rego.v1\nimport data.x as y\np if { a = true }')).toEqual({
      package: { path: [name('data'), text('a'), text('b')] },
      imports: [{ path: ref(name('rego'), text('v1')) }, { path: ref(name('data'), text('x')), alias: 'y' }],
      rules: [
        {
          head: { name: 'p', ref: [name('p')], value: { type: 'boolean', value: true } },
          body: [expr([ref(name('eq')), name('a'), { type: 'boolean', value: true }])],
        },
      ],
      comments: [{ Text: Buffer.from(' why').toString('base64'), Location: { file: 'a.rego', row: 1, col: 1 } }],
    });
  });

  it.each<[string, unknown]>([
    ['p := 1', { name: 'p', ref: [name('p')], value: number(1), assign: true }],
    ['p contains 1', { name: 'p', ref: [name('p')], key: number(1) }],
    ['p[x] := 1 if x', { name: 'p', ref: [name('p'), name('x')], key: name('x'), value: number(1), assign: true }],
    ['p.q.r := 1', { ref: [name('p'), text('q'), text('r')], value: number(1), assign: true }],
    ['f(x) := 1', { name: 'f', ref: [name('f')], args: [name('x')], value: number(1), assign: true }],
  ])('writes the head of %s', (source, head) => {
    expect(firstRule(source)['head']).toEqual(head);
  });

  it('marks defaults and includes the `else` chain', () => {
    expect(firstRule('default p := 1')['default']).toBe(true);
    expect(firstRule('p := 1 if x else := 2')['else']).toMatchObject({ head: { name: 'p', value: number(2) } });
  });

  it.each<[string, unknown]>([
    ['not x', { index: 0, negated: true, terms: name('x') }],
    ['x with input as 1', { index: 0, terms: name('x'), with: [{ target: ref(name('input')), value: number(1) }] }],
    ['some x, y', expr({ symbols: [name('x'), name('y')] })],
    [
      'some x in y',
      expr({ symbols: [{ type: 'call', value: [ref(name('internal'), text('member_2')), name('x'), name('y')] }] }),
    ],
    [
      'some k, x in y',
      expr({
        symbols: [{ type: 'call', value: [ref(name('internal'), text('member_3')), name('k'), name('x'), name('y')] }],
      }),
    ],
    ['every x in y { z }', expr({ key: null, value: name('x'), domain: name('y'), body: [expr(name('z'))] })],
    ['data.lib["my-f"].g(1)', expr([ref(name('data'), text('lib'), text('my-f'), text('g')), number(1)])],
  ])('writes the expression %s', (source, expected) => {
    expect(firstRule(`p if {\n${source}\n}`)['body']).toEqual([expected]);
  });

  it.each<[string, unknown]>([
    ['null', { type: 'null', value: {} }],
    ['input', ref(name('input'))],
    ['input.x[y]', ref(name('input'), text('x'), name('y'))],
    ['[1, {2}]', { type: 'array', value: [number(1), { type: 'set', value: [number(2)] }] }],
    ['{"a": 1}', { type: 'object', value: [[text('a'), number(1)]] }],
    ['[x | y]', { type: 'arraycomprehension', value: { term: name('x'), body: [expr(name('y'))] } }],
    ['{x | y}', { type: 'setcomprehension', value: { term: name('x'), body: [expr(name('y'))] } }],
    [
      '{x: y | z}',
      { type: 'objectcomprehension', value: { key: name('x'), value: name('y'), body: [expr(name('z'))] } },
    ],
    ['$"a{1}"', { type: 'templatestring', value: { parts: [text('a'), number(1)], multi_line: false } }],
    [
      '$`{x with input as 1}`',
      {
        type: 'templatestring',
        value: {
          parts: [{ index: 0, terms: name('x'), with: [{ target: ref(name('input')), value: number(1) }] }],
          multi_line: true,
        },
      },
    ],
  ])('writes the term %s', (source, expected) => {
    expect(termData(source)).toEqual(expected);
  });

  it('lets the caller choose the type of numbers', () => {
    const parsed = parseModule({ path: 'a.rego', text: 'package a\np := 12345678901234567890' });
    const data = parsed.ok ? moduleToData(parsed.module, (digits) => BigInt(digits)) : undefined;
    expect(data).toMatchObject({ rules: [{ head: { value: { type: 'number', value: 12345678901234567890n } } }] });
  });
});
