import { fromJson } from '../values/json.js';
import { Budget } from './budget.js';
import { outcomeText, policyOf, stepsOfP, valueOfP } from './test-support.js';

const CONFLICT = 'eval_conflict_error: complete rules must not produce multiple outputs';
const FUNCTION_CONFLICT = 'eval_conflict_error: functions must not produce multiple outputs for same inputs';

/** Forty rules, each of which reads the previous one twice. Without memoization there would be 10^12 evaluations. */
const chain = (first: string, next: (index: number) => string): string =>
  [first, ...Array.from({ length: 40 }, (_, index) => next(index))].join('\n');

describe('memoization evaluates only once', () => {
  it.each([
    ['a rule', `${chain('x0 := 1', (i) => `x${i + 1} := x${i} + x${i}`)}\np := x40`, '1099511627776'],
    [
      'a rule that is undefined',
      `${chain('x0 if false', (i) => `x${i + 1} if x${i}\nx${i + 1} if { x${i}; true }`)}\np := x40`,
      'undefined',
    ],
    [
      'a set',
      `${chain('x0 contains 1', (i) => `x${i + 1} contains y if { some y in x${i}; some z in x${i}; y == z }`)}\np := x40`,
      '{1}',
    ],
    [
      'an element',
      `${chain('x0 contains 1', (i) => `x${i + 1} contains 1 if { x${i}[1]; x${i}[1] }`)}\np := x40[1]`,
      '1',
    ],
    [
      'a missing element',
      `${chain('x0 contains 1 if false', (i) => `x${i + 1} contains 1 if x${i}[1]\nx${i + 1} contains 1 if { x${i}[1]; true }`)}\np := x40[1]`,
      'undefined',
    ],
    [
      'an object',
      `${chain('x0[k] := 1 if k := "a"', (i) => `x${i + 1}[k] := v + w if { some k, v in x${i}; w := x${i}[k] }`)}\np := x40`,
      '{"a": 1099511627776}',
    ],
    [
      'a member',
      `${chain('x0[k] := 1 if k := "a"', (i) => `x${i + 1}["a"] := x${i}.a + x${i}.a`)}\np := x40.a`,
      '1099511627776',
    ],
    [
      'a missing member',
      `${chain('x0[k] := 1 if { k := "a"; false }', (i) => `x${i + 1}["a"] if x${i}.a\nx${i + 1}["a"] if { x${i}.a; true }`)}\np := x40.a`,
      'undefined',
    ],
    [
      'a package',
      `${chain('x0.y := 1', (i) => `x${i + 1}.y := data.a.x${i}.y + object.get(data.a.x${i}, "y", 0)`)}\np := x40.y`,
      '1099511627776',
    ],
    [
      'a rule inside a `with`',
      `${chain('x0 := input', (i) => `x${i + 1} := x${i} + x${i}`)}\np := z if z := x40 with input as 1`,
      '1099511627776',
    ],
    [
      'a call with the same arguments',
      `${chain('f0(x, y) := x + y', (i) => `f${i + 1}(x, y) := f${i}(x, y) + f${i}(x, y)`)}\np := f40(1, 2)`,
      '3298534883328',
    ],
    [
      'a call that is undefined',
      `${chain('f0(x) if x > 5', (i) => `f${i + 1}(x) if f${i}(x)\nf${i + 1}(x) if { f${i}(x); true }`)}\np := f40(1)`,
      'undefined',
    ],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source, { limits: { maxSteps: 20_000 } })).toBe(expected);
  });
});

describe('a partial rule is evaluated once for', () => {
  const object = 'o[k] := 1 if { print("asked"); k := "a" }';
  const set = 's contains k if { print("asked"); k := "a" }';

  it.each([
    ['an object', object, 'p := [count(o), count(o)]'],
    ['a member after its object', object, 'p := [count(o), o.a]'],
    ['a member', object, 'p := [o.a, o.a]'],
    ['a missing member', object, 'p if { not o.b; not o.b }'],
    ['an element after its set', set, 'p := [count(s), s.a]'],
  ])('%s', (_, rule, asking) => {
    const lines: string[] = [];
    expect(valueOfP(`${rule}\n${asking}`, { print: (line) => lines.push(line) })).not.toBe('undefined');
    expect(lines).toEqual(['asked']);
  });
});

describe('partial rules', () => {
  it('keep their results separate when a mock re-enters them', () => {
    const reentered = (rule: string): string =>
      valueOfP(`h(x) := x\nr${rule} if { some x in [1, 2]; y := h(x) }
g(x) := count(r) + x
p := z if z := r with h as g`);
    expect(reentered(' contains y')).toBe('{3, 4}');
    expect(reentered('[x] := y')).toBe('{1: 3, 2: 4}');
  });

  it.each([
    ['element', 'r contains x', 47_999],
    ['member', 'r[x] := 1', 127_999],
  ])('are charged for the memory of each %s', (_, rule, tooFew) => {
    const input = Array.from({ length: 1_000 }, (_none, index) => index);
    const counted = (maxBytes: number): string =>
      valueOfP(`${rule} if some x in input\np := count(r)`, { input, limits: { maxBytes } });
    expect(counted(tooFew)).toBe('limit: memory');
    expect(counted(tooFew + 1)).toBe('1000');
  });
});

describe('memoization of calls', () => {
  it('has one entry for each combination of arguments', () => {
    const source = `g(x) := x
f(x, y, z) := [g(x), y, z]
p := [f(1, 2, 3), f(1, 2, 4), f(1, 5, 3), f(6, 2, 3), f(1, 2, 3), f(1, 2, 4)]`;
    expect(valueOfP(source)).toBe('[[1, 2, 3], [1, 2, 4], [1, 5, 3], [6, 2, 3], [1, 2, 3], [1, 2, 4]]');
  });

  it('is not shared with calls inside a `with`', () => {
    const source = 'g(x) := input.k\nf(x) := g(x)\np := [f(1), y, f(1)] if y := f(1) with input.k as 2';
    expect(valueOfP(source, { input: { k: 1 } })).toBe('[1, 2, 1]');
  });

  /** A thousand calls need more than 100,000 bytes if each result is stored. */
  const memoryOf = (functions: string, maxBytes = 100_000): string => {
    const input = { xs: Array.from({ length: 1_000 }, (_, index) => index), k: 'a', o: { a: 1 } };
    return valueOfP(`r := 1\ng(x) := x\n${functions}\np := count([1 | some x in input.xs; f(x)])`, {
      input,
      limits: { maxBytes },
    });
  };

  it.each([
    ['comparisons', 'f(x) := 1 if x >= 0'],
    ['built-in functions', 'f(x) := abs(x) + 1'],
    ['the input', 'f(x) := input.k if x >= 0'],
    ['an array', 'f(x) := [x, [2]]'],
    ['an empty template', 'f(x) := "a" if x != "b"'],
    ['else', 'f(x) := 1 if x < 0 else := 2'],
  ])('does not store the results of cheap functions: %s', (_, source) => {
    expect(memoryOf(source)).toBe('1000');
  });

  it('stores a shared first argument once', () => {
    const source = 'g(x) := x\nf(y, x) := g(x) + y\np := count([1 | some x in input; f(1, x)])';
    const input = Array.from({ length: 1_000 }, (_, index) => index);
    expect(valueOfP(source, { input, limits: { maxBytes: 200_000 } })).toBe('1000');
  });

  it('does not store a result for an object of known values, but stores one if a rule provides a part', () => {
    expect(memoryOf('f(x) := {"a": x, "b": 1}', 200_000)).toBe('1000');
    expect(memoryOf('f(x) := 1 if {"a": x, "b": r} != x', 200_000)).toBe('limit: memory');
  });

  it.each([
    ['the value calls a function', 'f(x) := g(x)'],
    ['the body calls a function', 'f(x) := 1 if g(x) >= 0'],
    ['an argument calls a function', 'f(x) := abs(g(x))'],
    ['a rule is referenced', 'f(x) := x if r == 1'],
    ['a rule is referenced within an array', 'f(x) := 1 if x != [x, r]'],
    ['a rule is referenced within a set', 'f(x) := 1 if x != {r}'],
    ['a rule is referenced for the value of a member', 'f(x) := 1 if x != {"a": r}'],
    ['a rule is referenced for the key of a member', 'f(x) := 1 if x != {r: "a"}'],
    ['data is referenced', 'f(x) := 1 if x != count(data.b)'],
    ['a reference begins with a long term', 'f(x) := 1 if { k := "a"; {"a": x}[k] == x }'],
    ['a member is found by a key known only at run time', 'f(x) := 1 if { k := input.k; input.o[k] == 1; x >= 0 }'],
    ['there is an array comprehension', 'f(x) := [x | true]'],
    ['there is a set comprehension', 'f(x) := 1 if count({y | y := x}) == 1'],
    ['there is an object comprehension', 'f(x) := 1 if {"a": 1 | x >= 0}.a == 1'],
    ['there is a template', 'f(x) := $"{x}"'],
    ['there is an every', 'f(x) := 1 if { x >= 0; every y in [x] { y >= 0 } }'],
    ['an else branch is long', 'f(x) := 1 if x < 0 else := g(x)'],
    ['a second rule is long', 'f(x) := 1 if x < 0\nf(x) := g(x) if x >= 0'],
  ])('stores the result of expensive functions: %s', (_, source) => {
    expect(memoryOf(source)).toBe('limit: memory');
  });
});

describe('rules with one constant value', () => {
  const ASKS_CONFLICT = 'q := 1\nq := 2\n';

  it('stop at the first rule that holds', () => {
    expect(valueOfP(`${ASKS_CONFLICT}p if true\np if q`)).toBe('true');
    expect(valueOfP(`${ASKS_CONFLICT}f(x) := "a" if x\nf(x) := "a" if q\np := f(true)`)).toBe('"a"');
    expect(valueOfP(`${ASKS_CONFLICT}p := 1 if true\np := 1.0 if q`)).toBe('1');
    expect(valueOfP(`${ASKS_CONFLICT}p if { true }\np := true if q`)).toBe('true');
  });

  it('stop at the first solution', () => {
    expect(valueOfP(`${ASKS_CONFLICT}g(0) := 1\ng(1) := q\np if { some i in [0, 1]; g(i) }`)).toBe('true');
    expect(valueOfP(`${ASKS_CONFLICT}g(0) := 1\ng(1) := q\np := i if { some i in [0, 1]; g(i) }`)).toBe(CONFLICT);
  });

  it.each([
    ['a value differs', 'p if true\np := false if true'],
    ['a value of an else branch differs', 'p if true\np if false else := 2 if true'],
    ['the value of an else branch differs from the previous one', 'p := 2 if false else := 1\np := 2'],
    ['a value is computed', 'p := input.x\np := 1'],
    ['the last value differs', 'p := 1\np := 1\np := 2'],
  ])('are all evaluated when %s', (_, source) => {
    expect(valueOfP(source, { input: { x: 2 } })).toBe(CONFLICT);
  });

  it('conflict in a function as well', () => {
    expect(valueOfP('f(x) := 1 if x\nf(x) := 2 if x\np := f(true)')).toBe(FUNCTION_CONFLICT);
    expect(valueOfP('f(x) := 1 if x\nf(x) := 2 if not x\nf(x) := 1\np := f(true)')).toBe('1');
  });
});

describe('code needed by every evaluation', () => {
  it.each([
    ['a rule', 'p := input.x + 1'],
    ['a default', 'default p := [y | some y in [1, 2]]\np := 1 if input.y'],
    ['an else branch', 'p := 1 if input.y else := input.x + 1'],
    ['a set', 'q contains input.x + 1\np := count(q)'],
    ['an object', 'q[k] := input.x + 1 if some k in ["a"]\np := count(q)'],
    ['a function', 'f(x) := x + 1\np := f(input.x)'],
    ['a default of a function', 'default f(_) := 3\nf(x) := 1 if x > 5\np := f(input.x)'],
  ])('is generated when the policy is compiled: %s', (_, source) => {
    const budget = new Budget();
    const result = policyOf(source)
      .prepareRule('a.p')
      ?.evaluate(fromJson({ x: 1 }), { budget });
    expect(result && outcomeText(result)).not.toMatch(/^limit/);
    // The requested document is compiled on first use.
    expect(budget.usedSteps).toBe(stepsOfP(source, { x: 1 }) + 8);
  });
});
