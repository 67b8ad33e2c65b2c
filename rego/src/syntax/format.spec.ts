import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatModule } from './format.js';
import { parseModule } from './parser.js';

const casesPath = join(__dirname, '../../../../shared/conformance/rego-cases.jsonl');

const format = (text: string): string => {
  const formatted = formatModule({ path: 'a.rego', text });
  return formatted.ok ? formatted.text : formatted.errors.join('\n');
};

const lines = (...all: string[]): string => `${all.join('\n')}\n`;

describe('formatModule', () => {
  it.each<[string, string, string]>([
    [
      'puts a blank line between statements',
      'package a\nimport data.x\nimport data.y\np=1\nq := 2',
      lines('package a', '', 'import data.x', 'import data.y', '', 'p := 1', '', 'q := 2'),
    ],
    [
      'keeps groups of imports',
      'package a\nimport data.x\n\n\nimport data.y',
      lines('package a', '', 'import data.x', '', 'import data.y'),
    ],
    [
      'puts each expression of a body on its own line',
      'package a\np if { x;not y\nz }',
      lines('package a', '', 'p if {', '\tx', '\tnot y', '\tz', '}'),
    ],
    [
      'keeps one blank line between expressions',
      'package a\np if {\n\n\nx\n\n\ny\n\n}',
      lines('package a', '', 'p if {', '\tx', '', '\ty', '}'),
    ],
    ['keeps bodies without braces on one line', 'package a\np  if   x', lines('package a', '', 'p if x')],
    [
      'puts spaces around operators',
      'package a\np := [1+2*-3, -  1,a -1]',
      lines('package a', '', 'p := [1 + 2 * -3, -1, a - 1]'),
    ],
    [
      'does not put spaces within references and calls',
      'package a\np := f( a[ 0 ].b )',
      lines('package a', '', 'p := f(a[0].b)'),
    ],
    [
      'breaks collections where the author broke them',
      'package a\np := {"a":1,\n"b":[1,2,\n3], "c": {}}',
      lines('package a', '', 'p := {', '\t"a": 1,', '\t"b": [', '\t\t1, 2,', '\t\t3,', '\t], "c": {},', '}'),
    ],
    [
      'breaks calls where the author broke them',
      'package a\np := f(\na, b)',
      lines('package a', '', 'p := f(', '\ta, b,', ')'),
    ],
    [
      'breaks comprehensions where the author broke them',
      'package a\np := [x | x := 1; y\nz]\nq := [ x|x;y ]',
      lines('package a', '', 'p := [x |', '\tx := 1', '\ty', '\tz', ']', '', 'q := [x | x; y]'),
    ],
    [
      'joins lines within an expression',
      'package a\np if {\nx ==\n1\n}',
      lines('package a', '', 'p if {', '\tx == 1', '}'),
    ],
    [
      'keeps each `with` modifier on its own line',
      'package a\np if {\nx\nwith input as 1\nwith data.y as 2\n}',
      lines('package a', '', 'p if {', '\tx', '\t\twith input as 1', '\t\twith data.y as 2', '}'),
    ],
    [
      'puts `else` after the closing brace, or on its own line',
      'package a\np := 1 if { x } else := 2 if { y }\nelse=3',
      lines('package a', '', 'p := 1 if {', '\tx', '} else := 2 if {', '\ty', '}', '', 'else := 3'),
    ],
    [
      'normalizes spaces in heads',
      'package a\nf (x,y)=z if{z=x}',
      lines('package a', '', 'f(x, y) := z if {', '\tz = x', '}'),
    ],
    ['keeps equations in bodies', 'package a\np if x=1', lines('package a', '', 'p if x = 1')],
    [
      'nests every',
      'package a\np if { every k,v in xs{k;v} }',
      lines('package a', '', 'p if {', '\tevery k, v in xs {', '\t\tk', '\t\tv', '\t}', '}'),
    ],
    [
      'does not change strings',
      'package a\np := `a\n  b`\nq := $"{ x }{[y|y]} #"',
      lines('package a', '', 'p := `a', '  b`', '', 'q := $"{ x }{[y|y]} #"'),
    ],
    ['keeps chained bodies', 'package a\np if { x } { y }', lines('package a', '', 'p if {', '\tx', '} {', '\ty', '}')],
    [
      'keeps names that are keywords',
      'package a\nif.x:=1\np if not["x"]',
      lines('package a', '', 'if.x := 1', '', 'p if not["x"]'),
    ],
  ])('%s', (_name, text, expected) => {
    expect(format(text)).toContain(expected);
  });

  it.each<[string, string, string]>([
    [
      'before statements',
      '# a\n\n\n# b\npackage a # c\n# d\nimport data.x\n# e\n\n# f\np := 1',
      lines('# a', '', '# b', 'package a # c', '', '# d', 'import data.x', '', '# e', '', '# f', 'p := 1'),
    ],
    [
      'in bodies',
      'package a\np if { # a\n# b\nx # c\n\n# d\n} # e\n# f',
      lines('package a', '', 'p if { # a', '\t# b', '\tx # c', '', '\t# d', '} # e', '# f').replace(
        '\n\n\t# d',
        '\n\t# d',
      ),
    ],
    [
      'in collections',
      'package a\np := [ # a\n1 # b\n, 2, # c\n# d\n]',
      lines('package a', '', 'p := [ # a', '\t1, # b', '\t2, # c', '\t# d', ']'),
    ],
    ['in empty collections', 'package a\np := [# a\n]', lines('package a', '', 'p := [ # a', ']')],
    [
      'within expressions',
      'package a\np if {\nx == # a\ny\n}',
      lines('package a', '', 'p if {', '\tx == # a', '\t\ty', '}'),
    ],
    [
      'before else',
      'package a\np if { x } # a\n# b\nelse := 1',
      lines('package a', '', 'p if {', '\tx', '} # a', '', '# b', 'else := 1'),
    ],
    ['on their own line', 'package a\n\n# a\n', lines('package a', '', '# a')],
  ])('keeps comments %s', (_name, text, expected) => {
    expect(format(text)).toBe(expected);
  });

  it('returns the errors of source that does not parse', () => {
    expect(format('package a\np {')).toBe('a.rego:2:3: rego_parse_error: unexpected eof token');
  });

  it.each([
    'p := [\n# a\n1 | # b\n2, # c\n3 # d\n]',
    'f( # a\nx # b\n) := # c\n1 if # d\nx # e',
    'p := ( # a\n1 # b\n+ 2 # c\n)',
    'p if {\n{x |\n# a\nx}[_] # b\n; y\n}',
  ])('is idempotent and keeps all comments in %j', (rule) => {
    const once = format(`package a\n${rule}`);
    expect(format(once)).toBe(once);
    for (const comment of rule.match(/# [a-e]/gu) ?? []) {
      expect(once).toContain(comment);
    }
  });

  describe('on all modules of the conformance cases', () => {
    if (!existsSync(casesPath)) {
      it.skip(`(skipped: there is no ${casesPath})`, () => undefined);
      return;
    }

    it('keeps all comments and is idempotent', () => {
      const modules = readFileSync(casesPath, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .flatMap((line) => (JSON.parse(line) as { modules?: string[] }).modules ?? []);
      const comments = (text: string): string[] => {
        const parsed = parseModule({ path: 'a.rego', text });
        return parsed.ok ? parsed.module.comments.map((comment) => comment.text) : [];
      };
      for (const text of modules) {
        const once = format(text);
        expect(format(once)).toBe(once);
        expect(comments(once)).toEqual(comments(text));
      }
      expect(modules.length).toBeGreaterThan(1_000);
    });
  });
});
