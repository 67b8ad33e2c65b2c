import { callBuiltin, testContext } from '../builtins/call-builtin.js';
import { compilePolicy } from '../node.js';
import { LimitExceeded } from '../errors.js';
import { fromJson } from '../values/json.js';
import { Budget, DEFAULT_LIMITS, limitsOf } from './budget.js';
import { outcomeText, policyOf } from './test-support.js';

/** Limits that do not need a clock. */
const STEPS_ALONE = { maxSteps: 20_000, deadlineMs: Number.POSITIVE_INFINITY };

const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 7));
const lines = (count: number): string => Array.from({ length: count }, () => '- abcdef').join('\n');
const rules = (count: number): string => `package a\n${'p if input.x\n'.repeat(count)}`;
const fields = (count: number): string => Array.from({ length: count }, (_, index) => `f${index}: Int`).join(' ');
const token = (length: number): string => `e30.${'e'.repeat(length)}.x`;

/** Functions that a library computes without interruption, with arguments of increasing size. */
const UNINTERRUPTIBLE: readonly [name: string, args: (size: number) => readonly unknown[]][] = [
  ['json.unmarshal', (size) => [numbers(1_000 * size)]],
  ['json.is_valid', (size) => [numbers(1_000 * size)]],
  ['yaml.unmarshal', (size) => [lines(100 * size)]],
  ['yaml.is_valid', (size) => [lines(100 * size)]],
  ['base64.encode', (size) => ['a'.repeat(50_000 * size)]],
  ['hex.encode', (size) => ['a'.repeat(50_000 * size)]],
  ['urlquery.decode', (size) => ['a'.repeat(50_000 * size)]],
  ['json.match_schema', (size) => [numbers(1_000 * size), '{}']],
  ['graphql.parse_schema', (size) => [`type Query { ${fields(100 * size)} }`]],
  ['rego.parse_module', (size) => ['a.rego', rules(100 * size)]],
  ['io.jwt.decode', (size) => [token(10_000 * size)]],
  ['strings.reverse', (size) => ['a'.repeat(50_000 * size)]],
  ['upper', (size) => ['é'.repeat(50_000 * size)]],
];

describe('an uninterruptible builtin', () => {
  const stepsOf = (name: string, args: readonly unknown[]): number => {
    const context = testContext();
    try {
      callBuiltin(
        name,
        args.map((arg) => fromJson(arg)),
        context,
      );
    } catch (error) {
      if (error instanceof LimitExceeded) throw error;
    }
    return context.budget.usedSteps;
  };

  it.each(UNINTERRUPTIBLE)('%s is charged in proportion to its input', (name, args) => {
    const [one, four] = [stepsOf(name, args(1)), stepsOf(name, args(4))];
    expect(four / one).toBeGreaterThan(3.5);
    expect(four / one).toBeLessThan(4.5);
  });

  it.each(UNINTERRUPTIBLE)('%s is refused by the step limit before it runs', (name, args) => {
    const context = testContext({ ...STEPS_ALONE, maxSteps: 2_000 });
    const call = (): unknown =>
      callBuiltin(
        name,
        args(12).map((arg) => fromJson(arg)),
        context,
      );
    expect(call).toThrow(expect.objectContaining({ limit: 'steps' }));
  });

  it('is charged for a signature before the signature is created', () => {
    const context = testContext({ ...STEPS_ALONE, maxSteps: 1_500 });
    const key = { kty: 'RSA', n: 'AQAB', e: 'AQAB', d: 'AQAB', p: 'AQAB', q: 'AQAB' };
    const args = [fromJson({ alg: 'RS256' }), fromJson({}), fromJson(key)];
    expect(() => callBuiltin('io.jwt.encode_sign', args, context)).toThrow(expect.objectContaining({ limit: 'steps' }));
  });
});

describe('a budget', () => {
  const loopRule = () => policyOf('p := count([1 | some x in input.xs; x > 3])').prepareRule('a.p');
  const input = fromJson({ xs: Array.from({ length: 1_000 }, (_, index) => index) });

  it('with only a step limit never reads a clock', () => {
    const loop = loopRule();
    const [wall, cpu] = [jest.spyOn(performance, 'now'), jest.spyOn(process, 'threadCpuUsage')];
    try {
      const budget = new Budget(limitsOf(STEPS_ALONE));
      expect(outcomeText(loop?.evaluate(input, { budget }) ?? { outcome: 'undefined' })).toBe('996');
      expect(budget.usedSteps).toBeGreaterThan(1_000);
      expect([wall, cpu].map((clock) => clock.mock.calls.length)).toEqual([0, 0]);
    } finally {
      wall.mockRestore();
      cpu.mockRestore();
    }
  });

  it('is shared by all evaluations that use it', () => {
    const loop = loopRule();
    const alone = new Budget(limitsOf(STEPS_ALONE));
    loop?.evaluate(input, { budget: alone });
    const budget = new Budget(limitsOf({ ...STEPS_ALONE, maxSteps: Math.ceil(1.5 * alone.usedSteps) }));
    const outcomes = [1, 2].map(() => outcomeText(loop?.evaluate(input, { budget }) ?? { outcome: 'undefined' }));
    expect(outcomes).toEqual(['996', 'limit: steps']);
  });

  it('is not charged for values visited by earlier evaluations', () => {
    const rule = policyOf('p if input.list == [[1], [2], [3], [4]]').prepareRule('a.p');
    const list = fromJson({ list: [[1], [2], [3], [4]] });
    const steps = Array.from({ length: 2_000 }, () => {
      const budget = new Budget(limitsOf(STEPS_ALONE));
      rule?.evaluate(list, { budget });
      return budget.usedSteps;
    });
    // The first evaluation generates the code.
    expect(new Set(steps.slice(1)).size).toBe(1);
  });

  it('stops exactly at its step limit, even between two clock checks', () => {
    const budget = new Budget(limitsOf({ maxSteps: 10 }));
    budget.step(10);
    expect(() => budget.step()).toThrow(LimitExceeded);
  });

  it('for memory counts the sum of all values', () => {
    const budget = new Budget(limitsOf({ ...STEPS_ALONE, maxBytes: 100 }));
    budget.allocate(60);
    expect(() => budget.allocate(60)).toThrow(expect.objectContaining({ limit: 'memory' }));
  });

  it('for wall time stops at its deadline', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    try {
      const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs: 5 });
      budget.step(5_000);
      now.mockReturnValue(6);
      expect(() => {
        budget.step(5_000);
      }).toThrow(expect.objectContaining({ limit: 'deadline' }));
    } finally {
      now.mockRestore();
    }
  });

  it('for processor time measures the thread, not the wall clock', () => {
    const usage = jest.spyOn(process, 'threadCpuUsage').mockReturnValue({ user: 0, system: 0 });
    try {
      const budget = new Budget({ ...DEFAULT_LIMITS, deadlineMs: Number.POSITIVE_INFINITY, cpuMs: 5 });
      budget.step(5_000);
      usage.mockReturnValue({ user: 6_000, system: 0 });
      expect(() => {
        budget.step(5_000);
      }).toThrow(expect.objectContaining({ limit: 'cpu' }));
    } finally {
      usage.mockRestore();
    }
  });
});

describe('code generated at the first evaluation', () => {
  it('is charged in proportion to the number of terms in its rules', () => {
    const stepsOfFirst = (conditions: number): number => {
      // The first condition fails, so only code generation takes steps.
      const body = ['input.missing', ...Array.from({ length: conditions }, (_, index) => `input.a != ${index}`)];
      const source = { path: 'a.rego', text: `package a\np if {\n${body.join('\n')}\n}` };
      const compiled = compilePolicy([source], { links: 'later' });
      const budget = new Budget();
      if (compiled.ok) compiled.policy.prepareRule('a.p')?.evaluate(fromJson({ a: -1 }), { budget });
      return budget.usedSteps;
    };
    expect(stepsOfFirst(2_000) / stepsOfFirst(200)).toBeGreaterThan(5);
  });
});
