import type { Annotations } from './ast.js';
import { parseModule } from './parser.js';
import { processorMs } from '../../../test/support/processor-time.js';

const parse = (text: string) => parseModule({ path: 'a.rego', text });

const raw = ({ raw: members }: Annotations): unknown => members;

/** Returns the metadata of the only rule of a module, from a block with these lines. */
const metadata = (...lines: string[]): unknown => {
  const parsed = parse(`package a\n\n# METADATA\n${lines.map((line) => `# ${line}\n`).join('')}p := 1\n`);
  return parsed.ok ? parsed.module.rules[0]?.annotations.map(raw)[0] : parsed.errors.map(String);
};

describe('the annotation parser', () => {
  it.each<[string, string[], unknown]>([
    [
      'title and description',
      ['title: My rule', 'description: |', '  Two', '  lines'],
      { scope: 'rule', title: 'My rule', description: 'Two\nlines\n' },
    ],
    ['numbers instead of strings', ['title: 1.5'], { scope: 'rule', title: '1.5' }],
    ['organizations', ['organizations:', '- Acme', '- Globex'], { scope: 'rule', organizations: ['Acme', 'Globex'] }],
    [
      'related resources as a string and as a map',
      ['related_resources:', '- https://a.example', '- ref: https://b.example', '  description: " B "'],
      {
        scope: 'rule',
        related_resources: [{ ref: 'https://a.example' }, { ref: 'https://b.example', description: 'B' }],
      },
    ],
    [
      'authors in all forms',
      [
        'authors:',
        '- Jane Doe <jane@a.example>',
        '- <joe@a.example>',
        '- John  Smith',
        '- name: Max',
        '  email: m@a.example',
      ],
      {
        scope: 'rule',
        authors: [
          { name: 'Jane Doe', email: 'jane@a.example' },
          { email: 'joe@a.example' },
          { name: 'John Smith' },
          { name: 'Max', email: 'm@a.example' },
        ],
      },
    ],
    [
      'schemas by reference and inline',
      ['schemas:', '- input.x: schema.y["z"]', '- data.b: {type: object}'],
      {
        scope: 'rule',
        schemas: [
          { path: ['input', 'x'], schema: ['schema', 'y', 'z'] },
          { path: ['data', 'b'], definition: { type: 'object' } },
        ],
      },
    ],
    ['custom data', ['custom:', '  a: [1, {b: null}]'], { scope: 'rule', custom: { a: [1, { b: null }] } }],
    ['entrypoints, as annotations of documents', ['entrypoint: true'], { scope: 'document', entrypoint: true }],
    ['only known members', ['title: x', 'foo: bar', 'compile: {unknowns: [input]}'], { scope: 'rule', title: 'x' }],
    [
      'aliases, within bounds',
      ['custom:', '  a: &x {b: 1}', '  c: *x'],
      { scope: 'rule', custom: { a: { b: 1 }, c: { b: 1 } } },
    ],
  ])('reads %s', (_name, lines, expected) => {
    expect(metadata(...lines)).toEqual(expected);
  });

  it('keeps dangerous names as plain members', () => {
    expect(JSON.stringify(metadata('custom: {__proto__: {a: 1}, constructor: 2}'))).toBe(
      '{"scope":"rule","custom":{"__proto__":{"a":1},"constructor":2}}',
    );
  });

  it('attaches a block to the package, the next rule, or all rules with the same name', () => {
    const parsed = parse(
      [
        '# METADATA\n# title: of the package\npackage a',
        '# METADATA\n# scope: document\n# title: of all p\n',
        '# METADATA\n# title: of the first p\np if x',
        'p if y',
        '# METADATA\n# title: of the third p\np if z',
        'q := 1',
      ].join('\n\n'),
    );
    if (!parsed.ok) {
      throw parsed.errors[0] ?? new Error('no error');
    }
    const { annotations, rules } = parsed.module;
    expect(annotations.map(raw)).toEqual([{ scope: 'package', title: 'of the package' }]);
    expect(rules.map((rule) => rule.annotations.map((item) => item.raw['title']))).toEqual([
      ['of all p', 'of the first p'],
      ['of all p'],
      ['of all p', 'of the third p'],
      [],
    ]);
    expect(annotations[0]?.loc).toEqual({
      file: 'a.rego',
      row: 1,
      col: 1,
      offset: 0,
      text: '# METADATA\n# title: of the package',
    });
  });

  it.each<[string, string[], string]>([
    [
      'text that is not a map',
      ['hello'],
      '4:1: rego_parse_error: yaml: unmarshal errors: a METADATA block must be a map of names to values',
    ],
    ['an empty block', [], '3:1: rego_parse_error: expected METADATA block, found whitespace'],
    [
      'a wrong scope',
      ['scope: foo'],
      "3:1: rego_parse_error: invalid annotation scope 'foo'. Use one of 'rule', 'document', 'package', or 'subpackages'",
    ],
    [
      'a scope that does not apply',
      ['scope: package'],
      "3:1: rego_parse_error: annotation scope 'package' must be applied to package (have rule)",
    ],
    [
      'an entrypoint that is not a document',
      ['scope: rule', 'entrypoint: true'],
      "3:1: rego_parse_error: annotation entrypoint applied to non-document or package scope 'rule'",
    ],
    [
      'a list instead of a string',
      ['title: [a]'],
      '4:1: rego_parse_error: yaml: unmarshal errors: "title" must be a string',
    ],
    [
      'an author without a name',
      ['authors: [{}]'],
      "4:1: rego_parse_error: invalid author definition {}: 'name' and/or 'email' values required in object",
    ],
    [
      'a link without an address',
      ['related_resources: [""]'],
      '4:1: rego_parse_error: invalid related-resource definition : ref URL may not be empty string',
    ],
    ['an invalid schema path', ['schemas: [{"1 +": schema.x}]'], '4:1: rego_parse_error: invalid document reference'],
    ['an invalid schema', ['schemas: [{input: data.x}]'], '4:1: rego_parse_error: invalid schema reference'],
    ['keys that are not strings', ['custom: {a: {1: 2}}'], '4:1: rego_parse_error: invalid map key type(s): a'],
  ])('refuses %s', (_name, lines, message) => {
    expect(metadata(...lines)).toEqual([`a.rego:${message}`]);
  });

  it('reports the line of a YAML error', () => {
    expect(metadata('title: a', 'description: "b')).toEqual([
      expect.stringMatching(/^a\.rego:5:1: rego_parse_error: yaml: line 2: /),
    ]);
  });

  it('refuses a block without a statement after it', () => {
    const parsed = parse('package a\n# METADATA\n# title: x\n');
    expect(parsed.ok ? [] : parsed.errors.map(String)).toEqual([
      "a.rego:2:1: rego_parse_error: invalid annotation scope ''. Use one of 'rule', 'document', 'package', or 'subpackages'",
    ]);
  });

  it.each([
    [
      'alias bombs',
      `# a: &a [1,1,1,1,1,1,1,1]\n${Array.from('bcdefgh', (name, index) => `# ${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(8)}]\n`).join('')}`,
    ],
    ['deep nesting', `# custom: ${'['.repeat(100_000)}\n`],
    ['very many blocks', '# title: x\n\n# METADATA\n'.repeat(20_000)],
    ['a very long text', `# title: ${'x'.repeat(300_000)}\n`],
  ])('refuses %s quickly', (_name, lines) => {
    const from = processorMs();
    expect(parse(`package a\n# METADATA\n${lines}p := 1\n`).ok).toBe(false);
    expect(processorMs() - from).toBeLessThan(5_000);
  });
});
