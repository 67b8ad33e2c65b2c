import { check, compile, LimitExceeded, RegoError, RegoErrors } from './node.js';

const AUTHZ = `package authz

default allow := false

allow if input.user in data.admins

roles contains role if some role in ["reader", "writer"]

slow := count([x | some x in numbers.range(1, 100000)])

broken := 1 / 0

conflict := 1 if true

conflict := 2 if true

test_admins_may if allow with input as {"user": "ann"}

test_others_may if allow with input as {"user": "eve"}
`;
const authz = () => compile({ modules: { 'authz.rego': AUTHZ }, data: { admins: ['ann'] } });

it('evaluates a document to a JSON value', async () => {
  const policy = await authz();
  expect(policy.evaluate('data.authz.allow', { user: 'ann' })).toBe(true);
  expect(policy.evaluate('authz.allow', { user: 'eve' })).toBe(false);
  expect(policy.evaluate('data.authz.roles')).toEqual(['reader', 'writer']);
  expect(policy.evaluate('data.admins')).toEqual(['ann']);
  expect(policy.evaluate('data.nothing.here')).toBeUndefined();
});

it('returns the variables of each solution of a query', async () => {
  const policy = await authz();
  expect(policy.query('data.authz.roles[role]; n := 1 + 1')).toEqual([
    { role: 'reader', n: 2 },
    { role: 'writer', n: 2 },
  ]);
  expect(policy.query('data.authz.allow == true', { user: 'eve' })).toEqual([]);
  expect(() => policy.query('x y')).toThrow(RegoErrors);
});

it('throws policy errors and exceeded limits', async () => {
  const policy = await authz();
  expect(policy.evaluate('data.authz.broken')).toBeUndefined();
  expect(() => policy.evaluate('data.authz.broken', undefined, { strict: true })).toThrow('divide by zero');
  expect(() => policy.evaluate('data.authz.conflict')).toThrow(RegoError);
  const slow = (): unknown => policy.evaluate('data.authz.slow', undefined, { limits: { maxSteps: 1_000 } });
  expect(slow).toThrow(LimitExceeded);
  expect(() => policy.query('data.authz.slow > 0', undefined, { limits: { maxSteps: 1_000 } })).toThrow(LimitExceeded);
});

it('explains a value by the evaluated rules and lines', async () => {
  const policy = await authz();
  const { value, rules, coverage } = policy.explain('data.authz.allow', { user: 'ann' });
  expect(value).toBe(true);
  expect(rules.find(({ row }) => row === 5)).toMatchObject({
    path: 'data.authz.allow',
    file: 'authz.rego',
    defined: 1,
  });
  expect(coverage.files[0]?.covered).toContainEqual({ start: 5, end: 5 });
});

it('runs tests and reports their coverage', async () => {
  const { passed, failed, tests, coverage } = (await authz()).test({ select: 'test_' });
  expect([passed, failed]).toEqual([1, 1]);
  expect(tests.map(({ path, outcome }) => [path, outcome])).toEqual([
    ['data.authz.test_admins_may', 'pass'],
    ['data.authz.test_others_may', 'fail'],
  ]);
  expect(coverage.percent).toBeGreaterThan(0);
});

it('passes printed lines to the caller', async () => {
  const policy = await compile({ modules: 'package a\n\np if print("hello", input)' });
  const lines: string[] = [];
  expect(policy.evaluate('data.a.p', 7, { print: (line) => lines.push(line) })).toBe(true);
  expect(policy.explain('data.a.p', 8).printed).toEqual(['hello 8']);
  expect(lines).toEqual(['hello 7']);
});

it('reports the errors of all sources at once', async () => {
  const modules = { 'a.rego': 'package a\n\np := unknown(1)', 'b.rego': 'package b\n\nq := other(2)' };
  const errors = check({ modules }).map(String);
  expect(errors).toHaveLength(2);
  expect(errors[0]).toMatch(/^a\.rego:3:6: rego_type_error: undefined function unknown/);
  expect(check({ modules: 'package a' })).toEqual([]);
  await expect(compile({ modules })).rejects.toMatchObject({ name: 'RegoErrors', message: errors.join('\n') });
});

describe('partial evaluation', () => {
  const term = (type: string, value: unknown) => ({ type, value });
  const input = term('ref', [term('var', 'input'), term('string', 'user')]);
  const eq = term('ref', [term('var', 'eq')]);

  it('returns residual queries as text and as the syntax tree of OPA', async () => {
    const policy = await authz();
    expect(policy.partial('data.admins[_] = input.user')).toEqual({
      queries: [{ text: 'input.user = "ann"', ast: [{ index: 0, terms: [eq, input, term('string', 'ann')] }] }],
      support: [],
    });
  });

  it('returns the support rules of the queries', async () => {
    const policy = await authz();
    const { queries, support } = policy.partial('data.authz.allow = x');
    expect(queries.map(({ text }) => text)).toEqual(['data.partial.authz.allow = x']);
    expect(support.map((module) => module.text)).toEqual([
      'package partial.authz\n\ndefault allow := false\n\nallow if input.user in ["ann"]\n',
    ]);
    expect(support[0]).toMatchObject({ package: 'partial.authz', ast: { rules: [{ default: true }, {}] } });
  });

  it('uses the known parts of the input', async () => {
    const policy = await authz();
    const options = { input: { user: 'ann' }, unknowns: ['data.admins'] };
    expect(policy.partial('data.authz.allow = true', options).queries.map(({ text }) => text)).toEqual([
      '"ann" in data.admins',
    ]);
  });

  it('throws errors', async () => {
    const policy = await authz();
    expect(() => policy.partial('x > 1')).toThrow(RegoErrors);
    expect(() => policy.partial('data.authz.conflict = x')).toThrow(RegoError);
    expect(() => policy.partial('data.authz.slow = x', { limits: { maxSteps: 1000 } })).toThrow(LimitExceeded);
  });
});
