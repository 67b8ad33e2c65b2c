import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import SummaryReporter from '../summary-reporter.cjs';
import { attend, become, root, runQuietly } from './process.mjs';
import { StepError, printLine } from './report.mjs';

/**
 * Jest with a larger initial heap, which makes garbage collection rare. It saves a tenth of the time when one worker runs many test files.
 */
const program = ['--initial-heap-size=1000', 'node_modules/jest/bin/jest.js'];
const settings = [
  '--passWithNoTests=false',
  '--reporters=default',
  '--reporters=<rootDir>/scripts/summary-reporter.cjs',
];
/** More failed files than this are not a coincidence. */
const mostRunAgain = 20;

/** Returns whether the arguments name only unit tests, which run directly from source. */
export function isOfUnitTests(args) {
  return args.length > 0 && args.every((arg) => arg.endsWith('.spec.ts'));
}

/**
 * Runs the tests that the arguments name, the tests that changes since `main` can affect (`--changed`), or all tests. After a run of all
 * tests, reruns the few failed files with nothing else running. At the end, lists the files that pass only in the rerun, as defects to fix.
 * @returns the exit code, if it returns
 */
export async function test(args) {
  // The caller's arguments come first: Jest would treat a path after --reporters as another reporter.
  if (args[0] === '--changed') return testChanged(args.slice(1));
  if (args.length > 0) return become([...program, ...args, ...settings]);
  const folder = mkdtempSync(join(tmpdir(), 'coresdk-test-'));
  try {
    const first = await runTests([], join(folder, 'first.json'));
    const failed = first.files.filter(({ failed }) => failed > 0);
    if (first.code !== 1 || failed.length === 0 || failed.length > mostRunAgain) return first.code;
    printLine(`Rerunning alone: ${failed.map(({ path }) => relative(root, path)).join(', ')}`);
    const again = ['--maxWorkers=1', '--runTestsByPath', ...failed.map(({ path }) => path)];
    const second = await runTests(again, join(folder, 'second.json'));
    tell(first, second);
    return second.code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs the specs that import changed files. If any of the program's files changed, also runs the specs that start the program. */
async function testChanged(args) {
  const changed = await changedFiles();
  const isOfProgram = (path) => /^(src|migrations|proto|policies)\//.test(path) && !path.endsWith('spec.ts');
  const starting = changed.some(isOfProgram) ? await linesOfGit('ls-files', '*.e2e-spec.ts') : [];
  if (changed.length === 0) {
    printLine('nothing has changed since main');
    return 0;
  }
  return become([...program, ...args, ...settings, '--passWithNoTests', '--findRelatedTests', ...changed, ...starting]);
}

async function changedFiles() {
  const [base] = await linesOfGit('merge-base', 'HEAD', 'main');
  const tracked = await linesOfGit('diff', '--name-only', base);
  const others = await linesOfGit('ls-files', '--others', '--exclude-standard');
  return [...tracked, ...others].filter((path) => existsSync(path));
}

async function linesOfGit(...args) {
  const { code, output } = await runQuietly('git', args);
  if (code !== 0) throw new StepError(`git ${args.join(' ')} failed: ${output}`);
  return output.split('\n').filter((line) => line !== '');
}

/**
 * Runs Jest with these arguments. @param report file for the result of each test file.
 * @returns the exit code and the report, which is empty if Jest ended early.
 */
export async function runTests(args, report) {
  const code = await attend([...program, ...args, ...settings], { TEST_REPORT: report });
  try {
    return { code, files: JSON.parse(readFileSync(report, 'utf8')) };
  } catch {
    // Jest ended before it wrote a report.
    return { code: code || 1, files: [] };
  }
}

/** Prints the results of both runs. The last line has the same form as the last line of a single run. */
function tell(first, second) {
  const last = new Map([...first.files, ...second.files].map((file) => [file.path, file]));
  for (const { path, failed } of second.files) {
    if (failed === 0) printLine(`passed only on the second try; fix it: ${relative(root, path)}`);
  }
  SummaryReporter.writeCount([...last.values()]);
}
