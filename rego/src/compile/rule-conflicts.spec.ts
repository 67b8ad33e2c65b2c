import { compileSources, errorLines, nodeAt, printTerm, programOf } from './test-support.js';

describe('groups of rules', () => {
  it.each([
    ['p := 1', 'p', 'complete'],
    ['p := 1\np := 2 if input.x', 'p', 'complete'],
    ['p.q.r := 1', 'p.q.r', 'complete'],
    ['p contains 1', 'p', 'partialSet'],
    ['p.q contains 1', 'p.q', 'partialSet'],
    ['p[x] := 1 if x := input.x', 'p', 'partialObject'],
    ['p[x].q := 1 if x := input.x', 'p', 'partialObject'],
    ['p[x] contains 1 if x := input.x', 'p', 'partialObject'],
    ['p[0] := 1', 'p', 'partialObject'],
    ['f(x) := x', 'f', 'function'],
    ['a.f(x) := x', 'a.f', 'function'],
  ])('%s', (source, path, kind) => {
    expect(nodeAt(programOf(`package test\n${source}`), `test.${path}`).group?.kind).toBe(kind);
  });

  it('rules with the same name in several files form one group, in order', () => {
    const program = programOf('package test\np contains 1', 'package test\np contains 2');
    const group = nodeAt(program, 'test.p').group;
    expect(group?.rules.map(({ element }) => element && printTerm(element))).toEqual(['1', '2']);
  });

  it('a node can contain both rules and child nodes', () => {
    const node = nodeAt(programOf('package test\np[x] := 1 if x := input.x\np.q.r := 2'), 'test.p');
    expect(node.group?.kind).toBe('partialObject');
    expect(nodeAt(programOf('package test\np[x] := 1 if x := input.x\np.q.r := 2'), 'test.p.q.r').group?.kind).toBe(
      'complete',
    );
  });

  it('keys start after the last constant name', () => {
    const group = nodeAt(programOf('package test\np.q[x].r[true] := 1 if x := input.x'), 'test.p.q').group;
    expect(group?.rules[0]?.keys.map(printTerm)).toEqual(['x$1', '"r"', 'true']);
  });

  it('the default is separate from the rules', () => {
    const group = nodeAt(programOf('package test\ndefault p := 1\np := 2 if input.x'), 'test.p').group;
    expect(group?.default?.value && printTerm(group.default.value)).toBe('1');
    expect(group?.rules).toHaveLength(1);
  });

  it('else branches are linked in order', () => {
    const group = nodeAt(
      programOf('package test\nf(x) := 1 if x == 1\nelse := 2 if x == 2\nelse := 3'),
      'test.f',
    ).group;
    const [rule] = group?.rules ?? [];
    expect(rule?.else?.else?.value && printTerm(rule.else.else.value)).toBe('3');
    expect(rule?.else?.args.map(printTerm)).toEqual(['x$1']);
  });

  it('a package without rules has a node', () => {
    expect(nodeAt(programOf('package a.b'), 'a.b').group).toBeUndefined();
  });

  it('annotations of a document belong to all its rules', () => {
    const source = [
      'package test',
      '# METADATA',
      '# title: both',
      '# scope: document',
      'p contains 1',
      '# METADATA',
      '# title: second',
      'p contains 2',
    ].join('\n');
    const rules = nodeAt(programOf(source), 'test.p').group?.rules ?? [];
    expect(rules.map(({ annotations }) => annotations.map(({ raw }) => raw.title))).toEqual([
      ['both'],
      ['second', 'both'],
    ]);
  });

  it('package annotations are stored by package path', () => {
    const program = programOf('# METADATA\n# title: whole\npackage a.b\np := 1');
    expect(program.packageAnnotations.get('a.b')?.map(({ raw }) => raw.title)).toEqual(['whole']);
  });
});

describe('conflicting rules', () => {
  it.each([
    [['p := 1\np contains 2'], '1.rego:2:1: rego_type_error: conflicting rules data.test.p found'],
    [['p := 1\np(x) := 2'], '1.rego:2:1: rego_type_error: conflicting rules data.test.p found'],
    [['f(x) := 1\nf(x, y) := 2'], '1.rego:2:1: rego_type_error: conflicting rules data.test.f found'],
    [['p := 1\np.q := 2'], '1.rego:2:1: rego_type_error: rule data.test.p conflicts with [data.test.p.q]'],
    [['p contains 1\np.q := 2'], '1.rego:2:1: rego_type_error: rule data.test.p conflicts with [data.test.p.q]'],
    [['p[0] := 1\np[0].x := 2'], '1.rego:2:1: rego_type_error: rule data.test.p[0] conflicts with [data.test.p[0].x]'],
    [['f(x) := 1\nf.g := 2'], '1.rego:2:1: rego_type_error: rule data.test.f conflicts with [data.test.f.g]'],
    [
      ['default p := 1\ndefault p := 2'],
      '1.rego:1:1: rego_type_error: multiple default rules data.test.p found at 1.rego:2, 1.rego:3',
    ],
  ])('%s', ([source], error) => {
    expect(errorLines(`package test\n${source}`)).toEqual([error]);
  });

  it.each([
    ['p[x] := 1 if x := input.x\np.q := 2'],
    ['p[x].y := 1 if x := input.x\np[x].z := 2 if x := input.x'],
    ['p[0] := 1\np[1] := 2\np.q := 3'],
    ['default p := 1\np := 2'],
  ])('%s is not a conflict', (source) => {
    expect(errorLines(`package test\n${source}`)).toEqual([]);
  });

  it('a rule and a package cannot have the same path', () => {
    expect(errorLines('package a\np := 1', 'package a.p')).toEqual([
      '1.rego:1:1: rego_type_error: package a.p conflicts with rule p defined at 1.rego:2',
    ]);
  });

  it.each([
    [{ test: { p: 1 } }, ['1.rego:2:1: rego_compile_error: conflicting rule for data path test/p found']],
    [{ test: { q: 1 } }, []],
    [{ test: { p: undefined } }, []],
    [{ test: [1] }, []],
    [{}, []],
  ])('a rule cannot have the same path as data: %j', (data, errors) => {
    const result = compileSources({ sources: ['package test\np := 1'], data });
    expect(result.ok ? [] : result.errors.map(String)).toEqual(errors);
  });

  it('inherited members of the data do not count as data', () => {
    expect(compileSources({ sources: ['package test\ntoString := 1'], data: { test: {} } }).ok).toBe(true);
  });
});
