import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runConformance } from './run-conformance.js';

const CASES = join(__dirname, '../../../shared/conformance/rego-cases.jsonl');

const line = (test: object): string =>
  JSON.stringify({ category: 'c', query: 'data.t.p = x', modules: ['package t\n\np := 1'], ...test });

describe('runConformance', () => {
  it.each([
    ['a result', { want_result: [{ x: 1 }] }, undefined],
    ['a wrong result', { want_result: [{ x: 2 }] }, 'wanted {{"x": 2}}, got {{"x": 1}}'],
    ['no result', { want_result: [] }, 'wanted set(), got {{"x": 1}}'],
    ['definedness', { want_defined: true }, undefined],
    ['a missing error', { want_error_code: 'eval_conflict_error' }, 'wanted an error, got 1 results'],
    [
      'an error',
      {
        modules: ['package t\n\np := 1\np := 2'],
        want_error_code: 'eval_conflict_error',
        want_error: 'multiple outputs',
      },
      undefined,
    ],
    [
      'a wrong code',
      { modules: ['package t\n\np := 1\np := 2'], want_error_code: 'x' },
      expect.stringContaining('wanted x'),
    ],
    ['sets as arrays', { modules: ['package t\n\np := {2, 1}'], want_result: [{ x: [1, 2] }] }, undefined],
    ['keys as strings', { modules: ['package t\n\np := {1: 2}'], want_result: [{ x: { 1: 2 } }] }, undefined],
    [
      'a Rego input',
      { modules: ['package t\n\np := input'], input_term: '{1, 1.0}', want_result: [{ x: [1] }] },
      undefined,
    ],
    [
      'strict errors',
      { modules: ['package t\n\np := 1 / 0'], strict_error: true, want_error_code: 'eval_builtin_error' },
      undefined,
    ],
    ['lenient errors', { modules: ['package t\n\np := 1 / 0'], want_result: [] }, undefined],
    [
      'base data at the path of rules: the complete document shows base data, and the path of a rule shows the rule',
      {
        query: 'data.t = x; data.t.p = y; data.t.q = z',
        modules: ['package t\n\np := 1\nq := {"a": 2, "b": 3}'],
        data: { t: { p: 7, q: { b: 8, c: 9 } } },
        want_result: [{ x: { p: 7, q: { a: 2, b: 8, c: 9 } }, y: 1, z: { a: 2, b: 3 } }],
      },
      undefined,
    ],
    [
      'a policy that does not compile',
      { modules: ['package t\n\np := y'], want_result: [] },
      expect.stringContaining('unsafe'),
    ],
  ])('judges %s', (note, test, reason: unknown) => {
    const { failures, passed } = runConformance([line({ note, ...test }), '']);
    expect(failures).toEqual(reason === undefined ? [] : [{ note, reason }]);
    expect(passed).toBe(reason === undefined ? 1 : 0);
  });

  it('counts a line that is not a test case as a failure', () => {
    expect(runConformance(['{', '[]']).failures).toHaveLength(2);
  });
});

describe('the public suite of OPA', () => {
  if (!existsSync(CASES)) {
    it.skip(`is not at ${CASES}`, () => undefined);
    return;
  }

  const cases = readFileSync(CASES, 'utf8').split('\n').filter(Boolean);
  const categories = new Map<string, string[]>();
  for (const text of cases) {
    const { category } = JSON.parse(text) as { readonly category: string };
    categories.set(category, [...(categories.get(category) ?? []), text]);
  }

  it.each([...categories])('passes: %s', (_, ofCategory) => {
    const { failures, passed } = runConformance(ofCategory);
    expect(failures).toEqual([]);
    expect(passed).toBe(ofCategory.length);
  });
});
