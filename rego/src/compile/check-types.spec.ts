import { errorLines, errorsOf } from './test-support.js';

describe('expressions that can never be true', () => {
  it.each([
    ['1 == "a"', 'match error'],
    ['x := 1; x == "a"', 'match error'],
    ['[1] = ["a"]', 'match error'],
    ['[1, 2] = [1]', 'match error'],
    ['x := {"a": 1}; x == {"a": "b"}', 'match error'],
    ['count([]) == "a"', 'match error'],
    ['x := [1, "a"][_]; x == true', 'match error'],
    ['{1} == {"a"}', 'match error'],
    ['[x | x := 1] == 1', 'match error'],
    ['x := q; x == "a"', 'match error'],
    ['y := [z | 1 == "a"; z := 1]; y', 'match error'],
    ['count(1)', 'count: invalid argument(s)'],
    ['startswith("a", 1)', 'startswith: invalid argument(s)'],
    ['x := 1; startswith(x, "a")', 'startswith: invalid argument(s)'],
    ['count(q)', 'count: invalid argument(s)'],
    ['f("a")', 'data.test.f: invalid argument(s)'],
    ['q.x', 'undefined ref: data.test.q.x'],
    ['o.b', 'undefined ref: data.test.o.b'],
    ['o.a.b', 'undefined ref: data.test.o.a.b'],
    ['x := {"a": 1}; x.b', 'undefined ref: x.b'],
    ['x := 1; x[0]', 'undefined ref: x[0]'],
    ['x := f; x', 'undefined ref: data.test.f'],
    ['every x in [1] { q.x == x }', 'undefined ref: data.test.q.x'],
  ])('%s', (body, message) => {
    const [line = ''] = errorLines(`package test\np if { ${body} }\nq := 1\no := {"a": 1}\nf(x) := x + 1`);
    expect(line).toContain(`rego_type_error: ${message}`);
  });

  it.each([
    ['input.x == 1; input.x == "a"'],
    ['x := input.x; x == 1; x == "a"'],
    ['r == "a"; r == 1'],
    ['data.unknown.x == 1'],
    ['data.test.unknown.x == 1'],
    ['s.x.x == 1'],
    ['x := {"a": 1}; k := input.k; x[k] == 1'],
    ['not 1 == 2'],
    ['x := [1, "a"]; x[_] == "a"; x[0] == 1'],
    ['some x in [1, "a"]; x == "a"'],
    ['x := [y | y := input.z]; x == []'],
    ['q.x with q as {"x": 1}'],
    ['1 != "a"'],
    ['g(1); g("a")'],
    ['every x in [1] { x == "a" }'],
    ['x = [y, z]; [1, "a"] = x; y == 1; z == "a"'],
    ['o[k] == 1; k == "a"'],
    ['t["x"] == 1; t.y == "b"'],
    ['walk(input, [k, v]); k == v'],
    ['x := {1, "a"}; x[1]; x.a'],
    ['print(q.x)'],
    ['x := $"{q}"; x == "1"'],
  ])('%s can be true', (body) => {
    const rules =
      'q := 1\no := {"a": 1}\nr := 1\nr := "a" if input.z\ns[x] := {"x": 1} if x := input.x\ng(1) := 1\ng("a") := 2\nt.x := 1\nt.y := "b"';
    expect(errorLines(`package test\np if { ${body} }\n${rules}`)).toEqual([]);
  });

  it.each([
    ['p if 1 == "a"', 'match error\n\tleft  : number\n\tright : string'],
    [
      'p := count(1)',
      'count: invalid argument(s)\n\thave: (number, ???)\n\twant: (any<string, array[any], object[any: any], set[any]>, number)',
    ],
    ['q := 1\np if q.x.y', 'undefined ref: data.test.q.x.y\n\tdata.test.q.x.y\n\t^^^^^^^^^^^\n\thave: number'],
    [
      'o := {"a": 1, "b": 2}\np if o.c',
      'undefined ref: data.test.o.c\n\tdata.test.o.c\n\t            ^\n\t            have: "c"\n\t            want (one of): ["a" "b"]',
    ],
  ])('the error message contains the details: %s', (source, message) => {
    expect(errorsOf(`package test\n${source}`)[0]?.message).toBe(message);
  });

  it('a rule with an error does not cause errors in other rules', () => {
    expect(errorLines('package test\nq := x if { x := 1; x == "a" }\np if q.y')).toHaveLength(1);
  });

  it('types that grow from rule to rule are widened to any', () => {
    const rules = Array.from({ length: 100 }, (_, index) => `p${index + 1} := [p${index}, p${index}, p${index}]`);
    expect(errorLines(`package test\np0 := 1\n${rules.join('\n')}\nq if p100[0][1]`)).toEqual([]);
  });
});
