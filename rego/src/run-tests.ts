import type { Coverage } from './coverage.js';
import type { BudgetLimits } from './evaluate/budget.js';
import type { EvaluateOptions, Evaluation, Policy, RuleInfo } from './policy-engine.js';
import { nanosSince } from './evaluate/nanos-since.js';

export interface TestOptions {
  /** Selects tests whose path or file contains this string: `data.authz`, `test_admin`, `authz_test.rego`. */
  readonly select?: string;
  readonly limits?: Partial<BudgetLimits>;
  /** Traces all tests. */
  readonly coverage?: Coverage;
}

export interface TestResult {
  /** The path of the test, such as `data.authz_test.test_admin_may_read`. */
  readonly path: string;
  readonly file: string;
  readonly row: number;
  readonly outcome: 'pass' | 'fail' | 'error' | 'skip';
  /** The message and location of an error. */
  readonly message: string | undefined;
  readonly durationNanos: bigint;
  /** The lines that the test printed. */
  readonly printed: readonly string[];
}

export interface TestReport {
  readonly tests: readonly TestResult[];
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  readonly skipped: number;
}

/** The deadline of a test: five seconds, as in OPA. It is longer than the deadline of a decision. */
const TEST_DEADLINE_MS = 5_000;

/**
 * Runs every rule whose name starts with `test_`, in any package, as `opa test` does. A test passes if its value is neither false nor
 * undefined, and counts once, however many rules define it. Names that start with `todo_test_` are skipped. Results are ordered by file and
 * row.
 */
export function runTests(policy: Policy, options: TestOptions = {}): TestReport {
  const tests = policy
    .rules()
    .filter((rule) => isTest(rule) && isSelected(rule, options.select))
    .toSorted((a, b) => (a.file === b.file ? a.row - b.row : a.file < b.file ? -1 : 1))
    .map((rule) => runTest(policy, rule, options));
  const count = (outcome: TestResult['outcome']): number => tests.filter((test) => test.outcome === outcome).length;
  return { tests, passed: count('pass'), failed: count('fail'), errors: count('error'), skipped: count('skip') };
}

function runTest(policy: Policy, { path, file, row }: RuleInfo, options: TestOptions): TestResult {
  const printed: string[] = [];
  if (nameOf(path).startsWith('todo_')) {
    return { path, file, row, outcome: 'skip', message: undefined, durationNanos: 0n, printed };
  }
  const evaluateOptions: EvaluateOptions = {
    limits: { deadlineMs: TEST_DEADLINE_MS, ...options.limits },
    print: (line) => printed.push(line),
    ...(options.coverage === undefined ? {} : { trace: options.coverage }),
  };
  const startMs = performance.now();
  const result = policy.prepareRule(path)?.evaluate(undefined, evaluateOptions) ?? { outcome: 'undefined' };
  const durationNanos = nanosSince(startMs);
  return { path, file, row, ...verdictOf(result), durationNanos, printed };
}

function verdictOf(result: Evaluation): Pick<TestResult, 'outcome' | 'message'> {
  switch (result.outcome) {
    case 'value':
      return { outcome: result.value === false ? 'fail' : 'pass', message: undefined };
    case 'undefined':
      return { outcome: 'fail', message: undefined };
    case 'error':
      return { outcome: 'error', message: result.error.toString() };
    case 'limit':
      return { outcome: 'error', message: result.message };
  }
}

function isTest({ path, kind }: RuleInfo): boolean {
  return kind !== 'function' && /^(?:todo_)?test_/.test(nameOf(path));
}

function isSelected({ path, file }: RuleInfo, select: string | undefined): boolean {
  return (
    select === undefined ||
    path.includes(select) ||
    path.slice('data.'.length).startsWith(select) ||
    file.includes(select)
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
