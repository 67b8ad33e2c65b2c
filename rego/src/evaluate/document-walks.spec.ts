import { outcomeText, policyOfFiles } from './test-support.js';

const FILES = {
  'b.rego': `package x.b

q := 1
r contains 2
r contains 3
o[k] := v if some k, v in {"a": 5, "b": [6, 7]}
f(x) := x
nothing if false
deep.er.rule := {"m": {8}}
`,
  'c.rego': 'package x.c.d\n\nq := 3\n',
};
const DATA = {
  x: { a: { q: 0, r: [2], o: { a: 4 } }, n: 5, b: { base: true, y: { '1': 'one' }, lists: [[10, 20], [30]] } },
};

const ask = (query: string, rest = ''): string => {
  const policy = policyOfFiles({ ...FILES, 'a.rego': `package a\n\np := ${query}\n${rest}` }, DATA);
  const result = policy.prepareRule('a.p')?.evaluate(undefined, { limits: { deadlineMs: 60_000 } });
  return result === undefined ? 'no rule' : outcomeText(result);
};

describe('a reference with a variable among packages', () => {
  it.each([
    ['finds rules and base data', '[[k, v] | some k; v := data.x[k].q]', '[["a", 0], ["b", 1]]'],
    ['finds elements of sets', '[k | some k; data.x[k].r[2]]', '["b"]'],
    ['finds all elements of sets', '[[k, e] | some k, e; data.x[k].r[e] > 2]', '[["b", 3]]'],
    ['finds members of objects', '[[k, v] | some k; v := data.x[k].o.a]', '[["a", 4], ["b", 5]]'],
    [
      'finds members by a key known only at run time',
      '[[k, v] | some m in ["a", "z"]; some k; v := data.x[k].o[m]]',
      '[["a", 4], ["b", 5]]',
    ],
    ['finds the content of members', '[[k, v] | some k; v := data.x[k].o.b[1]]', '[["b", 7]]'],
    ['finds the content of rule values', '[[k, e] | some k, e; data.x.b.deep[k].rule.m[e]]', '[["er", 8]]'],
    ['finds packages below', '[[i, j] | some i, j; data.x[i][j].q == 3]', '[["c", "d"]]'],
    ['finds complete packages', '[v | some k; v := data.x.c[k]]', '[{"q": 3}]'],
    ['finds complete values', '[v | some k; v := data.x.a[k]]', '[{"a": 4}, 0, [2]]'],
    [
      'finds neither functions nor undefined rules',
      '[k | some k; data.x.b[k]]',
      '["base", "deep", "lists", "o", "q", "r", "y"]',
    ],
    ['does not find members of scalars', '[k | some k; data.x[k].q.z]', '[]'],
    ['does not find a member for an undefined key', '[k | some k; data.x[k][input.nope]]', '[]'],
    [
      'finds list items of base data by string keys',
      '[v | some i in ["1", "0"]; some k in ["lists"]; v := data.x.b[k][i][0]]',
      '[30, 10]',
    ],
    ['finds members of base data by number', '[v | some i in [1, 2]; some k in ["y"]; v := data.x.b[k][i]]', '["one"]'],
    ['matches a key by its pattern', '[v | some k; v := data.x.b[k][5]]', '[]'],
    ['ends with the first suitable value', '[1 | every y in [0] { some k; data.x[k].q >= y }]', '[1]'],
    ['ends with the first value that matches', '[1 | every y in [0] { some k, i; data.x[k].o.b[i] > y }]', '[1]'],
    ['continues if no value matches', '[i | some i in ["c", "b"]; some k; data.x[i][k] == 1]', '["b"]'],
  ])('%s', (_, query, expected) => {
    expect(ask(query)).toBe(expected);
  });
});

describe('a reference to a target of `with`', () => {
  it.each([
    ['a package', 'q', 'data.x.b as {"q": 9}', 'q := [[k, v] | some k; v := data.x[k].q]', '[["a", 0], ["b", 9]]'],
    ['a rule', 'q', 'data.x.b.q as 9', 'q := [[k, v] | some k; v := data.x[k].q]', '[["a", 0], ["b", 9]]'],
    ['a complete package as one value', 'q', 'data.x.b as {"q": 9}', 'q := data.x.b', '{"q": 9}'],
    ['a rule in a package as one value', 'q', 'data.x.c.d.q as 9', 'q := data.x.c', '{"d": {"q": 9}}'],
    [
      'a rule in a package that is found by a variable',
      'q',
      'data.x.c.d.q as 9',
      'q := [v | some k; v := data.x[k].d]',
      '[{"q": 9}]',
    ],
    [
      'all data below a path',
      'q',
      'data.x as {"z": {"q": 9}}',
      'q := [[k, v] | some k; v := data.x[k].q]',
      '[["z", 9]]',
    ],
    ['a set', 'q', 'data.x.b.r as {9}', 'q := [data.x.b.r[9], data.x.b.r]', '[9, {9}]'],
    ['base data that is known in advance', 'q', 'data.x.a.q as 9', 'q := data.x.a.q', '9'],
    ['no sibling', 'q', 'data.x.b.qq as 9', 'q := [data.x.b.q, data.x.b.qq]', '[1, 9]'],
  ])('finds the replacement: %s', (_, name, change, rest, expected) => {
    expect(ask(`z if z := ${name} with ${change}`, rest)).toBe(expected);
  });
});

describe('a package as one document', () => {
  it.each([
    ['is merged with base data', 'data.x.b.base', 'true'],
    ['lists its members in order', '[k | some k, _ in data.x]', '["a", "b", "c", "n"]'],
    ['is undefined if there are only functions', '[k | some k, _ in data.fs]', '[]'],
    ['contains the packages below', 'data.x.c', '{"d": {"q": 3}}'],
  ])('%s', (_, query, expected) => {
    expect(ask(query)).toBe(expected);
  });
});
