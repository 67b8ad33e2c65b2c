import { bodyOf, errorLines, nodeAt, printTerm, programOf, rulesAt } from './test-support.js';

describe('references in a module', () => {
  it.each([
    ['a rule of the package', 'p if q\nq := 1', 'data.test.q'],
    ['below a rule', 'p if q.x[1]\nq := {"x": [0, 1]}', 'data.test.q.x[1]'],
    ['a rule with a dotted name', 'p if q.r\nq.r := 1', 'data.test.q.r'],
    ['an import', 'import data.lib.roles\np if roles.admin', 'data.lib.roles.admin'],
    ['an import by its alias', 'import data.lib.roles as r\np if r["a b"]', 'data.lib.roles.a b'],
    ['an import of input', 'import input.user\np if user.name', 'input.user.name'],
    ['an import in an index', 'import input.user\np if data.x[user]', 'data.x[input.user]'],
    ['the documents themselves', 'p if input', 'input'],
    ['language imports', 'import rego.v1\np if data.rego', 'data.rego'],
  ])('%s becomes a full path', (_, source, body) => {
    expect(bodyOf(`package test\n${source}`)).toBe(body);
  });

  it('rules in other files of the package are resolved', () => {
    expect(bodyOf('package test\np if q', 'package test\nq := 1')).toBe('data.test.q');
  });

  it('an import takes precedence over a rule with the same name', () => {
    expect(bodyOf('package test\nimport data.lib.q\np if q\nq := 1')).toBe('data.lib.q');
  });

  it.each([
    ['an argument', 'f(q) := q\nq := 1', 'f', 'q$1'],
    ['an assignment', 'f(x) := q if q := x\nq := 1', 'f', 'q$1'],
  ])('%s hides the rule with the same name', (_, source, name, value) => {
    const [rule] = rulesAt(programOf(`package test\n${source}`), `test.${name}`);
    expect(rule?.value && printTerm(rule.value)).toBe(value);
  });

  it.each([
    ['p if { some q in [1]; q == 1 }\nq := 2', 'q$1 = [1][$c1]'],
    ['p if { x := [q | q := 1]; x != q }\nq := 2', 'neq(x$1, data.test.q)'],
    ['p if { every q in [1] { q == 1 } }\nq := 2', 'equal(q$1, 1)'],
  ])('a declaration hides a rule only within its body: %s', (source, part) => {
    expect(bodyOf(`package test\n${source}`)).toContain(part);
  });

  it.each([
    ['p if f(1)\nf(x) := x', 'data.test.f(1)'],
    ['import data.lib\np if lib.f(1)', 'data.lib.f(1)'],
    ['import data.lib.f as g\np if g(1)', 'data.lib.f(1)'],
  ])('a call uses the full path of its function: %s', (source, body) => {
    const sources = [`package test\n${source}`, 'package lib\nf(x) := x'];
    expect(bodyOf(...sources)).toBe(body);
  });

  it('a rule named like a built-in function replaces it within the package', () => {
    expect(bodyOf('package test\np if count(1)\ncount(x) := x')).toBe('data.test.count(1)');
  });

  it('a rule named like an operator does not replace the operator', () => {
    expect(bodyOf('package test\np if 1 + input.x > plus\nplus := 1')).toBe('gt(plus(1, input.x), data.test.plus)');
  });

  it('keys in a rule head are resolved', () => {
    const [rule] = rulesAt(programOf('package test\nq[input.x].z := 1\nr := 2'), 'test.q');
    expect(rule?.keys.map(printTerm)).toEqual(['$c1', '"z"']);
  });

  it('arguments cannot be named like a document', () => {
    expect(errorLines('package test\nf([input]) := 1')).toEqual([
      '1.rego:2:4: rego_compile_error: args must not shadow input (use a different variable name)',
    ]);
  });

  it('names of JavaScript object members are ordinary names', () => {
    const program = programOf('package constructor\n__proto__ := toString\ntoString := 1');
    expect(nodeAt(program, 'constructor.__proto__').group?.kind).toBe('complete');
    expect(nodeAt(program, 'constructor.toString').group?.kind).toBe('complete');
  });
});
