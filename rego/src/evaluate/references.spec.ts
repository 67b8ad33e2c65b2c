import { answersTo, outcomeText, policyOfFiles, stepsOfP, valueOfP } from './test-support.js';

describe('references', () => {
  it.each([
    ['arrays by index', 'p := [1, 2, 3][i] if i := 1', '2'],
    ['nothing from an array if the key is a string', 'p := x if { xs := input.xs; x := xs["0"] }', 'undefined'],
    [
      'nothing from an array if the key is a fraction or a negative number',
      'p := [x | some i in [0.5, -1, 3]; x := input.xs[i]]',
      '[]',
    ],
    ['no strings', 'p := input.text[0]', 'undefined'],
    ['objects by any value', 'p := o[k] if { o := {[1]: "a", {2}: "b"}; k := {2} }', '"b"'],
    ['sets by their elements', 'p := [x | some x in [1, 9]; {1, 2}[x]]', '[1]'],
    ['results of calls', 'p := split("a.b", ".")[1]', '"b"'],
    ['keys in order', 'p := [k | {"b": 1, "a": 2, 3: 4, null: 5}[k]]', '[null, 3, "a", "b"]'],
    ['set elements in order', 'p := [x | {"a", 2, true, null, [], 1}[x]]', '[null, true, 1, 2, "a", []]'],
    ['nested variables', 'p := [[i, j] | [[1, 2], [3]][i][j] > 1]', '[[0, 1], [1, 0]]'],
    ['the same variable twice', 'p := [i | [[0, 5], [7, 1]][i][i] = i]', '[0, 1]'],
    ['members by pattern', 'p := [y | {[1, 2], [1, 3], [2, 9]}[[1, y]]]', '[2, 3]'],
  ])('read %s', (_, source, expected) => {
    expect(valueOfP(source, { input: { xs: [1, 2], text: 'abc' } })).toBe(expected);
  });

  it('skip false members', () => {
    expect(valueOfP('p := [i | [true, false, 0][i]]')).toBe('[0, 2]');
  });
});

describe('base data and rules', () => {
  const files = {
    'b.rego': 'package x.b\n\nq := 1\nr contains 2\nf(x) := x\nnothing if false\n',
    'c.rego': 'package x.c.d\n\nq := 3\n',
  };
  const data = { x: { a: { q: 0 }, b: { base: true } }, y: [10, 20], z: { '2': 'two' } };
  const ask = (query: string): string => {
    const policy = policyOfFiles({ ...files, 'a.rego': `package a\n\np := ${query}\n` }, data);
    return outcomeText(policy.prepareRule('a.p')?.evaluate(undefined) ?? { outcome: 'undefined' });
  };

  it.each([
    ['a package as one document, without functions or undefined rules', 'data.x.b', '{"base": true, "q": 1, "r": {2}}'],
    [
      'packages and data together',
      'data.x',
      '{"a": {"q": 0}, "b": {"base": true, "q": 1, "r": {2}}, "c": {"d": {"q": 3}}}',
    ],
    ['a variable that enumerates packages and data', '{k: v | v := data.x[k].q}', '{"a": 0, "b": 1}'],
    ['an existing name that is known only at run time', '[data.x[n].q | some n in ["a", "b", "c"]]', '[0, 1]'],
    ['several levels together', '[[i, j] | data.x[i][j] = 3]', '[]'],
    ['rules below two variables', '[[i, j] | data.x[i][j].q = 3]', '[["c", "d"]]'],
    ['array elements of base data', 'data.y[1]', '20'],
    ['members of base data by number, as in a store', 'data.z[2]', '"two"'],
    ['members by a number known only at run time', '[data.z[k] | some k in [2]]', '["two"]'],
    ['elements of base data by string', '[data.y[k] | some k in ["1"]]', '[20]'],
    ['members below a variable', '[k | data.z[k] = "two"]', '["2"]'],
    ['an undefined result for a missing member', 'data.nope.q', 'undefined'],
    ['the names in a package that have a known value', '[k | data.x.c.d[k] = 3]', '["q"]'],
  ])('are read as %s', (_, query, expected) => {
    expect(ask(query)).toBe(expected);
  });
});

describe('unification', () => {
  it.each([
    ['binds variables on either side', 'p := [x, y] if [x, 2] = [1, y]', '[1, 2]'],
    ['decides pairs in an order in which each can be decided', 'p := [x, y] if [x, y] = [y, 1]', '[1, 1]'],
    ['follows chains of variables', 'p := x if { x = y; y = z; z = 3 }', '3'],
    ['compares if a variable is bound', 'p if { x := 1; [x, y] = [1, 2]; y == 2 }', 'true'],
    ['requires arrays of the same length', 'p := x if [x, 1] = input.xs', 'undefined'],
    ['requires objects of the same size', 'p := x if {"a": x} = input', 'undefined'],
    ['requires arrays that are not longer', 'p := x if [x] = input.ys', 'undefined'],
    [
      'fails for objects with different keys, even if a variable is not used',
      'p if {"a": x, "b": 1} = {"a": 1, "c": 2}',
      'undefined',
    ],
    ['requires objects with the same keys', 'p := x if {"a": x, "b": 1} = {"a": 1, "c": 2}', 'undefined'],
    ['matches objects', 'p := x if {"a": x} = input.o', '1'],
    ['requires the keys of a pattern, even if a variable is not used', 'p if {"b": x} = input.o', 'undefined'],
    ['does not match a string with a number', 'p if input.a = "1"', 'undefined'],
    ['does not match a string with a number in a pattern', 'p := x if [x, "1"] = input.zs', 'undefined'],
    ['matches the results of a reference', 'p := [x | [x, true] = [[1, true], [2, false], [3, true]][_]]', '[1, 3]'],
    ['does not treat two undefined sides as equal', 'p if input.nope = input.nix', 'undefined'],
    ['does not evaluate the other side of an undefined value', 'q := 1\nq := 2\np if input.nope = q', 'undefined'],
    ['does not match a value with an undefined value', 'p if input.o = input.nope', 'undefined'],
    ['compares null', 'p := [i | some i, x in [null, 0, false]; x = null]', '[0]'],
    ['looks for a known value by the keys of a pattern', 'p := [y | 3 = {[1, 2]: 3, [1, 4]: 5}[[1, y]]]', '[2]'],
    ['looks for a known value at every depth', 'p := [[i, j] | 3 = [[1, 3], [3]][i][j]]', '[[0, 1], [1, 0]]'],
    ['looks for a known value by a known last key', 'p := [i | j := 0; 3 = [[1, 3], [3]][i][j]]', '[1]'],
    ['looks for a known value with one variable at two depths', 'p := [i | 3 = [[3, 0], [0, 4]][i][i]]', '[0]'],
    ['compares input with the results of a reference', 'q := [5, input]\np := [i | input = q[i]]', '[1]'],
    ['evaluates the left side first', 'p := [[i, j] | [5, 5][i] = [5, 5][j]]', '[[0, 0], [0, 1], [1, 0], [1, 1]]'],
    ['finds a value that is bound by its own path', 'p := [i | i = [1, 1, 5][i]]', '[1]'],
    ['pairs members by a key known only at run time', 'p := x if { k := "a"; {k: 1, "z": x} = {"a": 1, "z": 2} }', '2'],
    ['pairs them with the sides swapped', 'p := x if { k := "a"; {"a": 1, "z": 2} = {k: 1, "z": x} }', '2'],
    ['pairs them with such keys on both sides', 'p := x if { k := "a"; {k: 1, "z": x} = {k: 1, "z": 2} }', '2'],
    ['pairs the members of objects', 'p := [x, y] if {"a": x, "b": 2} = {"a": 1, "b": y}', '[1, 2]'],
    ['repeats a variable in a pattern', 'p := [x | [x, x] = [[1, 1], [1, 2]][_]]', '[1]'],
    ['treats 1 and 1.0 as equal', 'p if 1 = 1.0', 'true'],
    ['compares sets', 'p if { x := 1; {x, 2} = {2, 1} }', 'true'],
    [
      'looks for objects within arrays within objects',
      'p := [[x, y, z] | {"a": [x, {"b": y}], "c": z} = [{"a": [1, {"b": 2}], "c": 3}, {"a": [1, 2], "c": 3}, {"a": [1, {"b": 2}]}, 5, null][_]]',
      '[[1, 2, 3]]',
    ],
    ['compares a known part that is not a scalar', 'p := [x | [x, {1}] = [[5, {1}], [6, {2}], [7]][_]]', '[5]'],
    ['compares null only with null', 'p := [x | [x, null] = [[1, null], [2, false]][_]]', '[1]'],
    [
      'finds members by a key known only at run time',
      'p := [x | k := "a"; {k: x, "z": 0} = [{"a": 1, "z": 0}, {"b": 2, "z": 0}][_]]',
      '[1]',
    ],
    ['compares with a part known only at run time', 'p := x if [x, input.a] = input.zs', '7'],
    ['fails for a part that is undefined', 'p := x if [x, input.nope] = input.ys', 'undefined'],
    ['fails for a key that is undefined', 'p := x if {input.nope: x} = input.o', 'undefined'],
    ['matches results of walk', 'p := [x | walk({"a": {"b": 1}}, [["a", x], 1])]', '["b"]'],
  ])('%s', (_, source, expected) => {
    expect(valueOfP(source, { input: { xs: [1], ys: [1, 2], zs: [7, 1], o: { a: 1 }, a: 1 } })).toBe(expected);
  });
});

describe('unification in a query without type checks', () => {
  it.each([
    ['[[x], x] = [[1, 2], 1]', ''],
    ['[[x, z], x] = [[1], 1]; z = 1', ''],
    ['[{"a": x}, x] = [{"a": 1, "b": 2}, 1]', ''],
    ['[{"a": x}, x] = [{"a": 1, "b": y}, 1]; y = 3', ''],
    ['[[x], x] = [[1], 1]', '{x = 1}'],
    ['[{"a": x}, x] = [{"a": 1}, 1]', '{x = 1}'],
  ])('matches only parts of equal size: %s', (query, answers) => {
    expect(answersTo(query)).toBe(answers);
  });
});

describe('the step cost of unification', () => {
  it.each(['y := input.y; y = xs[_]', 'input.y = xs[_]'])('does not grow with the searched set: %s', (body) => {
    const stepsOf = (size: number): number =>
      stepsOfP(`xs := {x | some x in input.xs}\np if { ${body} }`, {
        xs: Array.from({ length: size }, (_, index) => index),
        y: 0,
      }) -
      stepsOfP('xs := {x | some x in input.xs}\np if { xs }', {
        xs: Array.from({ length: size }, (_, index) => index),
      });
    expect(stepsOf(1_000)).toBe(stepsOf(10));
  });

  it('is zero for a scalar constant and one for any other value', () => {
    const bodies = ['input.a', 'input.a = 1', '1 = input.a', 'input.b = null', 'input.a = [1]'];
    const [alone, scalar, turned, none, list] = bodies.map((body) => stepsOfP(`p if ${body}`, { a: 1, b: null }));
    expect([scalar, turned, none, list]).toEqual([alone, alone, alone, (alone ?? 0) + 1]);
  });

  it('grows with the length of a string', () => {
    const stepsOf = (length: number): number => stepsOfP('p if input.a = input.b', { a: 'a'.repeat(length), b: 'b' });
    expect(stepsOf(40_960) - stepsOf(1)).toBe(10);
  });
});

describe('the last of two entries with the same key wins', () => {
  it.each([
    ['as a value', 'p := {"a": 1, "b": 2, "a": 3}', undefined, '{"a": 3, "b": 2}'],
    ['in a pattern', 'p if {"a": x, "a": y} = input', { a: 1, b: 2 }, 'undefined'],
    ['with its variables', 'p := y if {"a": 1, "a": y} = input', { a: 2 }, '2'],
    ['where the keys are one variable', 'p := x if {\n\tk = "a"\n\t{k: 1, k: x} = input\n}', { a: 2 }, '2'],
  ])('%s', (_, rule, input, value) => {
    expect(valueOfP(rule, { input })).toBe(value);
  });
});
