import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import SummaryReporter from '../summary-reporter.cjs';
import { attend, become, root, runQuietly } from './process.mjs';
import { StepError, printLine } from './report.mjs';

/** Jest; and room for what many test files in one worker have, which is looked through seldom then: a tenth of what they cost. */
const program = ['--initial-heap-size=1000', 'node_modules/jest/bin/jest.js'];
const settings = [
  '--passWithNoTests=false',
  '--reporters=default',
  '--reporters=<rootDir>/scripts/summary-reporter.cjs',
];
/** More failed files than this are no accident. */
const mostRunAgain = 20;

/** Returns whether the arguments name only unit tests, which run from the sources. */
export function isOfUnitTests(args) {
  return args.length > 0 && args.every((arg) => arg.endsWith('.spec.ts'));
}

/**
 * Runs the tests: those that the arguments name, with `--changed` those that the changes since `main` can affect, or all.
 * After a run of all, runs the few files that failed once more, with the machine to themselves. Lists the files that
 * pass only then at the end, as defects to fix.
 * @returns the exit code, if it returns
 */
export async function test(args) {
  // The caller's arguments come first: Jest would take a path after --reporters for one more reporter.
  if (args[0] === '--changed') return testChanged(args.slice(1));
  if (args.length > 0) return become([...program, ...args, ...settings]);
  const folder = mkdtempSync(join(tmpdir(), 'coresdk-test-'));
  try {
    const first = await runTests([], join(folder, 'first.json'));
    const failed = first.files.filter(({ failed }) => failed > 0);
    if (first.code !== 1 || failed.length === 0 || failed.length > mostRunAgain) return first.code;
    printLine(`Once more, alone: ${failed.map(({ path }) => relative(root, path)).join(', ')}`);
    const again = ['--maxWorkers=1', '--runTestsByPath', ...failed.map(({ path }) => path)];
    const second = await runTests(again, join(folder, 'second.json'));
    tell(first, second);
    return second.code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Specs that import what has changed; and those that start the program, when any of it has changed. */
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
 * Runs Jest with these arguments. @param report file for what each test file came to.
 * @returns its exit code, and that report; empty when it ended before it had any.
 */
export async function runTests(args, report) {
  const code = await attend([...program, ...args, ...settings], { TEST_REPORT: report });
  try {
    return { code, files: JSON.parse(readFileSync(report, 'utf8')) };
  } catch {
    // It ended before it had anything to report.
    return { code: code || 1, files: [] };
  }
}

/** Prints the result of both runs. The last line has the same form as that of one run. */
function tell(first, second) {
  const last = new Map([...first.files, ...second.files].map((file) => [file.path, file]));
  for (const { path, failed } of second.files) {
    if (failed === 0) printLine(`passed on the second try only, mend it: ${relative(root, path)}`);
  }
  SummaryReporter.writeCount([...last.values()]);
}
