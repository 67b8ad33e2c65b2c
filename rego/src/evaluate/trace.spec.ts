import { fromJson } from '../values/json.js';
import { outcomeText, policyOf } from './test-support.js';

/** Returns the trace of an evaluation of `data.a.p`, whose rules begin in row 3: the evaluated rules and the covered rows. */
function heard(
  source: string,
  input: unknown = {},
): { readonly rules: readonly string[]; readonly rows: readonly number[] } {
  const rules: string[] = [];
  const rows = new Set<number>();
  const rule = policyOf(source).prepareRule('a.p');
  const trace = {
    covered: (_: string, row: number) => void rows.add(row),
    rule: (path: string, file: string, row: number, _: bigint, isDefined: boolean) =>
      void rules.push(`${path} ${file}:${row} ${isDefined}`),
  };
  const plain = rule?.evaluate(fromJson(input));
  const traced = rule?.evaluate(fromJson(input), { trace });
  expect(traced && outcomeText(traced)).toBe(plain && outcomeText(plain));
  return { rules, rows: [...rows].sort((a, b) => a - b) };
}

describe('a trace', () => {
  it.each([
    ['complete rules', 'p := 1 if input.x\np := 2', ['data.a.p a.rego:3 false', 'data.a.p a.rego:4 true']],
    ['else branches', 'p := 1 if input.x\nelse := 2', ['data.a.p a.rego:3 false', 'data.a.p a.rego:4 true']],
    ['a default', 'default p := 1\np := 2 if input.x', ['data.a.p a.rego:4 false', 'data.a.p a.rego:3 true']],
    ['functions', 'f(x) := x\np := f(1)', ['data.a.f a.rego:3 true', 'data.a.p a.rego:4 true']],
    [
      'sets',
      'p contains 1\np contains 2 if input.x\np contains 1',
      ['data.a.p a.rego:3 true', 'data.a.p a.rego:4 false', 'data.a.p a.rego:5 false'],
    ],
    [
      'an element',
      'q contains 1\nq contains 1 if input.x\np := q[1]',
      ['data.a.q a.rego:3 true', 'data.a.p a.rego:5 true'],
    ],
    [
      'a missing element',
      'q contains 1\nq contains x if x := input.x\np if not q[2]',
      ['data.a.q a.rego:3 false', 'data.a.q a.rego:4 false', 'data.a.p a.rego:5 true'],
    ],
    [
      'objects',
      'p[k] := 1 if k := "a"\np[k] := 2 if { k := "b"; input.x }',
      ['data.a.p a.rego:3 true', 'data.a.p a.rego:4 false'],
    ],
    [
      'a member',
      'q[k] := 1 if k := "a"\nq[k] := 2 if { k := "b"; input.x }\np := q.a',
      ['data.a.q a.rego:3 true', 'data.a.q a.rego:4 false', 'data.a.p a.rego:5 true'],
    ],
  ])('reports which rules were evaluated and which were defined: %s', (_, source, expected) => {
    expect(heard(source).rules).toEqual(expected);
  });

  it('reports how long each rule took', () => {
    const took: bigint[] = [];
    const rule = policyOf('q := 1\np := q').prepareRule('a.p');
    const start = process.hrtime.bigint();
    rule?.evaluate(undefined, { trace: { covered: () => undefined, rule: (...heard) => void took.push(heard[3]) } });
    const whole = process.hrtime.bigint() - start;
    expect(took.map((time) => time >= 0n && time <= whole)).toEqual([true, true]);
  });

  it('reports the rows of evaluated heads and expressions', () => {
    expect(
      heard(
        'p if {\n\ttrue\n\tinput.x\n\tfalse\n}\n\np := 1 if {\n\tnot input.y\n\tevery z in [1] {\n\t\tz == 1\n\t}\n}',
        { x: 1 },
      ).rows,
    ).toEqual([4, 5, 9, 10, 11, 12]);
  });
});
