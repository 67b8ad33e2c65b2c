import { compileSources, errorLines } from './test-support.js';
import { processorMs } from '../../../test/support/processor-time.js';

const COUNT = 10_000;
/** Generous: each compilation takes well below a second on one core. */
const MAX_MS = 15_000;

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const bodyOf = (body: string): string => `package test\np if {\n${body}\n}`;

describe('very large sources', () => {
  const compiled: readonly [string, string][] = [
    ['expressions in reverse order', bodyOf(`${lines(COUNT, (i) => `x${COUNT - i} = x${COUNT - i - 1} + 1`)}\nx0 = 1`)],
    [
      'one expression with many variables, bound one by one',
      bodyOf(`xs = [${lines(COUNT, (i) => `x${i},`)}]\n${lines(COUNT, (i) => `x${i} = ${i}`)}`),
    ],
    ['closures', bodyOf(lines(COUNT, (i) => `z${i} := [x | x = input.a[_]]`))],
    ['a chain of rules', `package test\n${lines(COUNT, (i) => `p${i} if p${i + 1}`)}\np${COUNT} := 1`],
    ['rules with the same name', `package test\n${lines(COUNT, (i) => `p contains ${i}`)}`],
    ['dynamic references to many rules', `package test\n${lines(2_000, (i) => `p${i} if data.b[x].y${i}`)}`],
    ['imports', `package test\n${lines(COUNT, (i) => `import data.x${i}`)}\np if x1.y`],
    ['values of with', `package test\np if input ${lines(1_000, (i) => `with input.x${i} as count([${i}])`)}`],
  ];
  it.each(compiled)('are compiled in time: %s', (_, source) => {
    const started = processorMs();
    expect(compileSources({ sources: [source], limits: { deadlineMs: MAX_MS } }).ok).toBe(true);
    expect(processorMs() - started).toBeLessThan(MAX_MS);
  });

  const refused: readonly [string, string, string][] = [
    ['unsafe variables', bodyOf(lines(COUNT, (i) => `x${i} > y${i}`)), 'rego_unsafe_var_error: var x0 is unsafe'],
    [
      'a cycle of rules',
      `package test\n${lines(COUNT, (i) => `p${i} if p${(i + 1) % COUNT}`)}`,
      'rego_recursion_error: rule data.test.p0 is recursive',
    ],
    [
      'rules within a rule',
      `package test\n${lines(COUNT, (i) => `p.q${i} := ${i}`)}\np := 1`,
      'rego_type_error: rule data.test.p conflicts with',
    ],
    [
      'a long path',
      `package test\n${'a.'.repeat(300)}a := 1`,
      'rego_compile_error: the path of a rule has more than 256 elements',
    ],
    [
      'too many rules',
      `package test\n${lines(20_001, () => 'p := 1')}`,
      'rego_compile_error: the policy has more than 20000 rules',
    ],
  ];
  it.each(refused)('are refused in time, with a few short messages: %s', (_, source, message) => {
    const started = processorMs();
    const errors = errorLines(source);
    expect(processorMs() - started).toBeLessThan(MAX_MS);
    expect(errors.length).toBeLessThanOrEqual(11);
    expect(errors[0]).toContain(message);
    expect(errors.join('\n').length).toBeLessThan(20_000);
  });

  it('a compilation that exceeds its deadline fails with an error', () => {
    const result = compileSources({
      sources: [bodyOf(lines(COUNT, (i) => `x${i} = ${i}`))],
      limits: { deadlineMs: 0 },
    });
    expect(result.ok ? [] : result.errors.map(String)).toEqual([
      'rego_compile_error: the compilation took longer than 0 ms: split the policy or make it smaller',
    ]);
  });

  it('the number of rules is limited', () => {
    const result = compileSources({ sources: ['package test\np := 1 if input.x\nelse := 2'], limits: { maxRules: 1 } });
    expect(result.ok ? [] : result.errors.map(String)).toEqual([
      '1.rego:3:1: rego_compile_error: the policy has more than 1 rules',
    ]);
  });
});
