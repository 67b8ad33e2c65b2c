import { valueOfP } from './test-support.js';

const TWO_OUTPUTS = 'eval_conflict_error: complete rules must not produce multiple outputs';
const TWO_RESULTS = 'eval_conflict_error: functions must not produce multiple outputs for same inputs';
const TWO_MEMBERS = 'eval_conflict_error: object keys must be unique';

describe('complete rules', () => {
  it.each([
    ['the value of the rule whose body holds', 'p := 1 if false\np := 2 if true', '2'],
    ['undefined if no body holds', 'p := 1 if input.nope', 'undefined'],
    ['the default if no body holds', 'default p := 9\np := 1 if false', '9'],
    ['a null value, which is not undefined', 'default p := 9\np := null', 'null'],
    ['false, which is a value', 'p := false', 'false'],
    ['one value if rules agree', 'p := 1\np := 1 if true', '1'],
    ['a conflict if two rules disagree', 'p := 1\np := 2', TWO_OUTPUTS],
    ['a conflict if one rule has two values', 'p := x if some x in [1, 2]', TWO_OUTPUTS],
    ['no conflict if solutions agree', 'p := x if some x in [1, 1.0]', '1'],
    ['the first else branch that holds', 'p := 1 if false else := 2 if true else := 3', '2'],
    [
      'a branch with several solutions that fail, then `else`',
      'p := x if { some x in [1, 2]; x > 5 } else := "none"',
      '"none"',
    ],
    ['a default that is a comprehension', 'default p := [x | some x in [1, 2]]\np := 1 if false', '[1, 2]'],
  ])('give %s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });
});

describe('functions', () => {
  it.each([
    ['match patterns in parameters', 'f([x, {"a": y}]) := x + y\np := f([1, {"a": 2}])', '3'],
    ['choose by constants in parameters', 'f("a", x) := x\nf("b", x) := x * 2\np := [f("a", 3), f("b", 3)]', '[3, 6]'],
    ['are undefined for other arguments', 'f("a") := 1\np := f("b")', 'undefined'],
    ['are undefined for undefined arguments', 'default f(_) := 1\np := f(input.nope)', 'undefined'],
    ['fall back to their default', 'default f(_) := 5\nf(x) := x if x > 3\np := [f(1), f(4)]', '[5, 4]'],
    ['compare computed values in a parameter after the body', 'f($"{y}") := 1 if y := 1\np := f("1")', '1'],
    ['have else branches', 'f(x) := 1 if x == 1 else := 2 if x == 2 else := 3\np := [f(1), f(2), f(9)]', '[1, 2, 3]'],
    ['must agree', 'f(x) := 1 if x > 0\nf(x) := 2 if x > 1\np := f(2)', TWO_RESULTS],
    ['can return null', 'default f(_) := 3\nf(x) := null if { [1 | x] }\np := [f(1), f(1)]', '[null, null]'],
    ['choose by a constant set', 'f({1}) := "a"\nf({2}) := "b"\np := [f({2}), f({1})]', '["b", "a"]'],
    [
      'do not evaluate a body whose parameter does not match',
      'q := 1\nq := 2\nf({1}) := q\nf({2}) := 5\np := f({2})',
      '5',
    ],
    [
      'can repeat a parameter',
      'f(x, x) := "same"\nf(x, y) := "other" if x != y\np := [f(1, 1), f(1, 2)]',
      '["same", "other"]',
    ],
    ["are not part of their package's document", 'f(x) := x\np := 1', '1'],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });
});

describe('among many rules', () => {
  it.each([
    ['a rule is found by its comparison', 'p := # if input == #', '', '4'],
    ['a function is found by its arguments', 'f(#) := #', 'p := f(5)', '5'],
    ['a member is found by its key', 'o[#] := #', 'p := o[5]', '5'],
    ['all members are found', 'o[#] := #', 'p := count(o)', '6'],
    ['all entries below a key are found', 'o[k].x# := # if k := "a"', 'p := count(o.a)', '6'],
    ['an element is found by its value', 's contains #', 'p := s[5]', '5'],
    ['all elements are found', 's contains #', 'p := sum(s)', '21'],
  ])('%s', (_, rule, rest, expected) => {
    const rules = ['1', '2', '3', '4', '5', '6'].map((number) => rule.replaceAll('#', number));
    expect(valueOfP([...rules, rest].join('\n'), { input: 4 })).toBe(expected);
  });
});

describe('partial rules', () => {
  it.each([
    ['collect the elements of all rules', 'p contains x if some x in [2, 1]\np contains "a"', '{1, 2, "a"}'],
    ['are empty if no body holds', 'p contains x if x := input.nope', 'set()'],
    ['create objects', 'p[k] := v if some k, v in {"a": 1, "b": 2}', '{"a": 1, "b": 2}'],
    [
      'create nested objects',
      'p[x].r[y] := 1 if { some x in ["a", "b"]; y := 7 }',
      '{"a": {"r": {7: 1}}, "b": {"r": {7: 1}}}',
    ],
    ['create sets below keys', 'p[k] contains v if { some k, v in {"a": 1} }\np.a contains 2', '{"a": {1, 2}}'],
    [
      'merge rules at known paths',
      'p.a.b := 1\np[x].c := 2 if some x in ["a", "d"]',
      '{"a": {"b": 1, "c": 2}, "d": {"c": 2}}',
    ],
    ['refuse two values for a key', 'p[k] := v if { k := "a"; some v in [1, 2] }', TWO_MEMBERS],
    ['refuse to add to the value of a different rule', 'p[k] := {"b": 1} if k := "a"\np.a.c := 2', TWO_MEMBERS],
    [
      'can build a value key by key before a different rule defines it',
      'p[k].b := 1 if k := "a"\np[k] := {"b": 1} if k := "a"',
      '{"a": {"b": 1}}',
    ],
    [
      'refuse to build on a value, even an equal one',
      'p[k] := {"b": 1} if k := "a"\np[k].b := 1 if k := "a"',
      TWO_MEMBERS,
    ],
    ['refuse a value that differs from the built one', 'p[k].b := 1 if k := "a"\np[k] := {} if k := "a"', TWO_MEMBERS],
    ['add elements to a value that is a set', 'p[k] := {1} if k := "a"\np.a contains 2', '{"a": {1, 2}}'],
    ['refuse elements for a value that is not a set', 'p[k] := 1 if k := "a"\np.a contains 2', TWO_MEMBERS],
    ['limit complete rules at known paths to one value', 'p[k] := 1 if k := "b"\np.a := 1\np.a := 2', TWO_MEMBERS],
    ['distinguish keys by type', 'p[1] := "n"\np["1"] := "s"', '{1: "n", "1": "s"}'],
    ['have no member for an undefined key', 'o[k] := 1 if k := "a"\np := [x | x := o[input.nope]]', '[]'],
    ['have no element for an undefined value', 's contains 1\np := [x | x := s[input.nope]]', '[]'],
    ['omit undefined rules at known paths', 'p[k] := 1 if k := "a"\np.b := 2 if false', '{"a": 1}'],
    [
      'have sets of the values that were found as elements',
      's contains {x} if some x in [1, 2]\np := [s[{2}], [1 | s[{3}]]]',
      '[{2}, []]',
    ],
    ['have composite keys', 'o[[x, "k"]] := x if some x in [1, 2]\np := o[[2, "k"]]', '2'],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });

  it('evaluate one member without the others if the head allows it', () => {
    const source = 'o["good"] := 1\no[k] := v if { k := "bad"; some v in [1, 2] }\n';
    expect(valueOfP(`${source}p := o.good`)).toBe('1');
    expect(valueOfP(`${source}p := o.bad`)).toBe(TWO_MEMBERS);
    expect(valueOfP(`${source}p := o`)).toBe(TWO_MEMBERS);
  });

  it('find an element by pattern', () => {
    expect(valueOfP('s contains [x, x + 1] if some x in [1, 2]\np := [y | s[[2, y]]]')).toBe('[3]');
  });
});

describe('`every`', () => {
  it.each([
    ['holds for an empty domain', 'p if every x in [] { x > 1 }', 'true'],
    ['holds if the body holds for each member', 'p if every k, v in {"a": 1} { k == "a"; v == 1 }', 'true'],
    ['holds if the body holds for each element of a set', 'p if every k, x in {1, 2} { k == x; x > 0 }', 'true'],
    ['fails if the body fails for one member', 'p if every x in {1, 2} { x > 1 }', 'undefined'],
    ['fails if the body fails for one member of an object', 'p if every x in {"a": 1, "b": 2} { x > 1 }', 'undefined'],
    ['fails for an undefined domain', 'p if every x in input.nope { x > 1 }', 'undefined'],
    ['fails for a domain that is not a collection', 'p if every x in input.text { x > 1 }', 'undefined'],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source, { input: { text: 'abc' } })).toBe(expected);
  });
});

describe('comprehensions and templates', () => {
  it.each([
    ['arrays keep the order and duplicates', 'p := [x | some x in [2, 1, 2]]', '[2, 1, 2]'],
    ['sets are sorted and remove duplicates', 'p := {x | some x in [2, 1, 2]}', '{1, 2}'],
    ['objects refuse two values for a key', 'p := {"k": v | some v in [1, 2]}', TWO_MEMBERS],
    [
      'templates compiled elsewhere refuse two values for one part',
      'p := internal.template_string(["a", {1, 2}])',
      'eval_conflict_error: template-strings must not produce multiple outputs',
    ],
    ['outer variables are visible inside', 'p := x if { y := 3; x := [z | some z in [1, 3]; z == y] }', '[3]'],
    [
      'undefined parts print as undefined',
      'p := $"{input.nope} {1 + 1} {"s"} {[1, "a"]}"',
      '"<undefined> 2 s [1, \\"a\\"]"',
    ],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source)).toBe(expected);
  });
});

describe('errors of built-in functions', () => {
  it('make the expression undefined', () => {
    expect(valueOfP('p := 1 / input.zero', { input: { zero: 0 } })).toBe('undefined');
    expect(valueOfP('p if not count(input.zero)', { input: { zero: 0 } })).toBe('true');
  });

  it('stop the evaluation in strict mode', () => {
    const strict = { input: { zero: 0 }, strictBuiltinErrors: true };
    expect(valueOfP('p := 1 / input.zero', strict)).toBe('eval_builtin_error: div: divide by zero');
    expect(valueOfP('p := count(input.zero)', strict)).toBe(
      'eval_type_error: count: operand 1 must be one of {array, object, set, string} but got number',
    );
  });
});

it('print shows values in order of evaluation, and marks undefined ones', () => {
  const lines: string[] = [];
  valueOfP('p if { print("a", [1], input.nope); some x in [1, 2]; print(x); x == 2 }', {
    print: (line) => lines.push(line),
  });
  expect(lines).toEqual(['a [1] <undefined>', '1', '2']);
});

it('internal.print, as compiled by OPA, shows each combination of values', () => {
  const lines: string[] = [];
  valueOfP('p if internal.print([{"a"}, set(), {1}])', { print: (line) => lines.push(line) });
  expect(lines).toEqual(['a <undefined> 1']);
});
