import { type Policy, runTests, type TestResult } from '@coresdk/rego/node';
import { type BasePolicy, compileFrom, PolicyCompileError } from '../../base-policy';
import type { Faults } from '../../domain/faults';
import type { PolicyFiles } from '../../domain/policy-files';
import { addRegoErrors } from './compile-bundle';

/** CPU time limits for each of a bundle's tests, and for all tests together. */
export interface TestTimes {
  readonly testMs: number;
  readonly allMs: number;
}

export const TEST_TIMES: TestTimes = { testMs: 1_000, allMs: 10_000 };
/** The maximum length of a test's printed text in the response. */
const MAX_PRINTED_CHARS = 500;

/**
 * Runs a bundle's `test_` rules, in its `*_test.rego` files and its other modules, against the policy as it will be served. A failed test
 * is a fault with the test's location. Tests of the base policy are not run.
 */
export function runBundleTests(
  base: Pick<BasePolicy, 'sources'>,
  served: BasePolicy,
  { sources, tests }: PolicyFiles,
  faults: Faults,
  { testMs, allMs }: TestTimes = TEST_TIMES,
): { readonly passed: number; readonly skipped: number } {
  const policy = withTests(base, served, tests, faults);
  if (!policy) return { passed: 0, skipped: 0 };
  const own = new Set([...sources, ...tests].map(({ path }) => path));
  const startedMs = threadCpuMs();
  const leftMs = (): number => allMs - (threadCpuMs() - startedMs);
  // Computed for each test, because a test can use only the time that the previous tests have not used.
  const limits = {
    deadlineMs: Number.POSITIVE_INFINITY,
    get cpuMs(): number {
      return Math.max(0, Math.min(testMs, leftMs()));
    },
  };
  const results = runTests(policy, { limits }).tests.filter(({ file }) => own.has(file));
  if (leftMs() <= 0) {
    faults.add('limit_exceeded', '', `All tests together can take at most ${allMs / 1_000} s of CPU time.`);
  }
  for (const result of results) {
    const { outcome, file, row } = result;
    if (outcome === 'fail' || outcome === 'error') faults.add('test_failed', file, describeResult(result), { row });
  }
  const count = (wanted: TestResult['outcome']): number => results.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count('pass'), skipped: count('skip') };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/**
 * Returns the served policy with the test files added, or the policy itself if there are no test files. `null` if the test files do not
 * compile.
 */
function withTests(
  base: Pick<BasePolicy, 'sources'>,
  served: BasePolicy,
  tests: PolicyFiles['tests'],
  faults: Faults,
): Policy | null {
  if (tests.length === 0) return served.policy;
  try {
    return compileFrom(base, { sources: [...served.sources, ...tests], data: served.data });
  } catch (error) {
    if (!(error instanceof PolicyCompileError)) throw error;
    addRegoErrors(error.errors, faults);
    return null;
  }
}

function describeResult({ path, message, printed }: TestResult): string {
  const why = message ?? 'it is false or undefined';
  const output = printed.join('\n').slice(0, MAX_PRINTED_CHARS);
  return `${path} did not pass: ${why}.${output === '' ? '' : ` It printed: ${output}`}`;
}
