import type { Body, Expr } from '../syntax/ast.js';
import { parseBody } from '../syntax/parser.js';
import { CompileClock } from './compile-clock.js';
import { FunctionTable } from './functions.js';
import { IndexQueue } from './index-queue.js';
import { bodyItems, reorderBody } from './reorder-body.js';
import { clausesOf } from './safety-clauses.js';
import { compiledBody, errorLines, printBody, SIGNATURES } from './test-support.js';

const functions = FunctionTable.ofRules([], SIGNATURES);

function bodyOf(source: string): Body {
  const parsed = parseBody(source);
  if (!parsed.ok) {
    throw new Error(parsed.errors.map(String).join('\n'));
  }
  return parsed.body;
}

describe('reordering a body', () => {
  it.each([
    ['keeps the order if it is safe', 'x = 1; y = x; y > 0', 'x = 1; y = x; gt(y, 0)'],
    ['moves a comparison after its bindings', 'x > 1; x = input.a', 'x = input.a; gt(x, 1)'],
    ['moves a negation after its bindings', 'not x; x = input.a', 'x = input.a; not x'],
    ['moves a closure after the variables that it uses', 'ys = [y | y = x]; x = 1', 'x = 1; ys = [y | y = x]'],
    [
      'moves `every` after the variables that it uses',
      'every y in [1] { y > x }; x = 1',
      'x = 1; every y$1 in [1] {gt(y$1, x)}',
    ],
    ['moves `with` after its value', 'input.a with input.a as x; x = 1', 'x = 1; input.a with input.a as x'],
    ['moves a reference after its head', 'xs[i] = 1; xs = input.a', 'xs = input.a; xs[i] = 1'],
    ['requires bound keys in patterns', '{k: v} = input.a; k = "b"; v > 1', 'k = "b"; {k: v} = input.a; gt(v, 1)'],
    ['requires bound elements in sets', '{x} = input.a; x = 1', 'x = 1; {x} = input.a'],
    ['repeats as often as needed', 'a = b; b = c; c = 1; a > 0', 'c = 1; b = c; a = b; gt(a, 0)'],
    ['binds through patterns', '[x, 1] = [2, y]; x < y', '[x, 1] = [2, y]; lt(x, y)'],
    ['binds a variable to a bound pattern', 'x = [y, z]; y = 1; z = 2; x', 'y = 1; z = 2; x = [y, z]; x'],
    ['binds a pattern to a bound variable', 'x = [y, z]; x = input.a; y > z', 'x = input.a; x = [y, z]; gt(y, z)'],
    ['compares objects by keys as written', 'k = "a"; {k: v} = {k: 1}; v > 0', 'k = "a"; {k: v} = {k: 1}; gt(v, 0)'],
  ])('%s', (_, body, compiled) => {
    expect(compiledBody(body)).toBe(compiled);
  });
});

describe('unsafe variables', () => {
  it.each([
    ['x > 1', ['x']],
    ['not x', ['x']],
    ['y = x + 1', ['x', 'y']],
    ['x = y', ['x', 'y']],
    ['count(x, n)', ['n', 'x']],
    ['x[i] = 1', ['i', 'x']],
    ['input.a[i] == count(i)', ['i']],
    ['x = [x | x = 1]', ['x']],
    ['input.a with input.a as x', ['x']],
    ['every y in x { y > 1 }', ['x']],
    ['every y in [1] { y > z }', ['z']],
    ['y = [z | z > 1]', ['z']],
    ['y = [z | true]', ['z']],
    ['{x} = {1}', ['x']],
    ['[x, y] = [1]', ['x', 'y']],
    ['not count(_)', ['_']],
  ])('%s', (body, names) => {
    const messages = errorLines(`package test\np if { ${body} }`).map((line) =>
      line.replace(/^.*rego_unsafe_var_error: /, ''),
    );
    expect([...messages].sort()).toEqual(names.map((name) => `var ${name} is unsafe`));
  });

  it('reports each variable once, at its first expression', () => {
    expect(errorLines('package test\np if {\n  x > 1\n  x < y\n}')).toEqual([
      '1.rego:3:3: rego_unsafe_var_error: var x is unsafe',
      '1.rego:4:3: rego_unsafe_var_error: var y is unsafe',
    ]);
  });

  it.each([
    ['package test\np contains x if true', 'x'],
    ['package test\np[x] := 1 if true', 'x'],
    ['package test\nf({x}) := 1', 'x'],
    ['package test\nf({k: v}) := v', 'k'],
    ['package test\nf(x) := y if x > 1', 'y'],
    ['package test\np := 1 if false\nelse := x if true', 'x'],
  ])('the variables of a head must be bound: %s', (source, name) => {
    expect(errorLines(source).join()).toContain(`rego_unsafe_var_error: var ${name} is unsafe`);
  });

  it('an error contains the name from the source', () => {
    expect(errorLines('package test\np if { some x; x > 1 }')).toEqual([
      '1.rego:2:16: rego_unsafe_var_error: var x is unsafe',
    ]);
  });

  it('at most ten errors are reported', () => {
    const body = Array.from({ length: 30 }, (_, index) => `x${index} > 1`).join('\n');
    const lines = errorLines(`package test\np if {\n${body}\n}`);
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('rego_compile_error: error limit reached');
  });
});

/** The naive algorithm: passes over the body, taking each expression whose variables are bound, until no remaining expression is safe. */
function reorderedNaively(body: Body): Body {
  const bound = new Set<string>();
  const taken: Expr[] = [];
  for (let before = -1; before !== taken.length;) {
    before = taken.length;
    for (const expr of body) {
      const { variables } = bodyItems([expr], functions);
      const clauses = clausesOf(expr, variables, functions);
      const derived = new Set(bound);
      for (let size = -1; size !== derived.size;) {
        size = derived.size;
        clauses
          .filter((clause) => clause.bound.every((name) => bound.has(name)))
          .filter((clause) => clause.derived.every((name) => derived.has(name)))
          .forEach((clause) => clause.gives.forEach((name) => derived.add(name)));
      }
      if (!taken.includes(expr) && [...variables].every((name) => derived.has(name))) {
        taken.push(expr);
        variables.forEach((name) => bound.add(name));
      }
    }
  }
  return taken;
}

describe('reordering in a single pass', () => {
  /** A fixed sequence of pseudo-random numbers (a linear congruential generator). */
  const random = (seed: number): ((below: number) => number) => {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return (state >> 8) % below;
    };
  };

  it('gives the same order as the naive algorithm', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const pick = random(seed);
      const name = (): string => 'abcdefg'.charAt(pick(7));
      const forms = [
        () => `${name()} = ${name()}`,
        () => `${name()} = 1`,
        () => `${name()} = [${name()}, ${name()}]`,
        () => `[${name()}, 1] = [2, ${name()}]`,
        () => `${name()}[${name()}] = ${name()}`,
        () => `${name()} > ${name()}`,
        () => `not ${name()}`,
        () => `count(${name()}, ${name()})`,
        () => `{${name()}: ${name()}} = ${name()}`,
        () => `${name()} = ${name()} with input.x as ${name()}`,
        () => `input[${name()}] = {"a": ${name()}}`,
      ];
      const source = Array.from({ length: 2 + pick(8) }, () => (forms[pick(forms.length)] ?? name)()).join('; ');
      const body = bodyOf(source);
      const { items: taken } = reorderBody(
        bodyItems(body, functions),
        () => false,
        functions,
        new CompileClock(60_000),
      );
      const ordered = taken.map(({ expr }) => expr);
      expect(`${source} -> ${printBody(ordered)}`).toBe(`${source} -> ${printBody(reorderedNaively(body))}`);
    }
  });

  it('the queue returns positions in ascending order', () => {
    const queue = new IndexQueue();
    const pick = random(7);
    const values = Array.from({ length: 500 }, () => pick(1_000));
    values.forEach((value) => queue.push(value));
    const popped = values.map(() => queue.pop());
    expect(popped).toEqual([...values].sort((a, b) => a - b));
    expect(queue.pop()).toBeUndefined();
  });
});
