import { watch } from 'node:fs';
import { Coverage, type CoverageReport } from '../coverage.js';
import { runTests, type TestReport, type TestResult } from '../run-tests.js';
import { type CommandSetting, type ExitCode, type RegoCommand, RegoCommandFault, type Terminal } from './command.js';
import { numberOption, oneOf, parseOptions, PATH_OPTIONS } from './options.js';
import { assertModules, loadPolicy } from './load-policy.js';

/** The delay after a change, because editors write a file in several steps. */
const SETTLE_MS = 100;

interface TestRun {
  readonly setting: CommandSetting;
  readonly paths: { readonly data: readonly string[]; readonly bundle: readonly string[] };
  readonly select: string | undefined;
  readonly coverage: boolean;
  readonly threshold: number | undefined;
  readonly verbose: boolean;
  readonly format: 'pretty' | 'json';
}

/** `rego test <path>…`, like `opa test`. */
export const testCommand = (setting: CommandSetting): RegoCommand => ({
  name: 'test',
  summary: "Run the policies' own tests (rules named test_…)",
  usage: `Usage: ${setting.program} test [options] <path>…

  -b, --bundle <path>   a bundle, in which only data.json and data.yaml are data
  -r, --run <text>      run only tests whose name or file contains the text
  -c, --coverage        print the number of lines that the tests cover, and the lines that they do not cover
  --threshold <percent> exit with 2 if the coverage is below this percentage
  -v, --verbose         also print passed tests, with their times
  -w, --watch           run the tests again when a file changes
  -f, --format <form>   pretty (default), json

Exits with 1 if the policies do not compile, and with 2 if a test fails.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      bundle: PATH_OPTIONS.bundle,
      run: { type: 'string', short: 'r' },
      coverage: { type: 'boolean', short: 'c', default: false },
      threshold: { type: 'string' },
      verbose: { type: 'boolean', short: 'v', default: false },
      watch: { type: 'boolean', short: 'w', default: false },
      format: { type: 'string', short: 'f', default: 'pretty' },
    });
    if (positionals.length + values.bundle.length === 0) {
      throw new RegoCommandFault('Name a file or folder to test.', true);
    }
    const threshold = values.threshold === undefined ? undefined : numberOption('threshold', values.threshold, 0, 100);
    const run: TestRun = {
      setting,
      paths: { data: positionals, bundle: values.bundle },
      select: values.run,
      coverage: values.coverage || threshold !== undefined,
      threshold,
      verbose: values.verbose,
      format: oneOf('format', values.format, ['pretty', 'json']),
    };
    const code = await runOnce(run, terminal);
    return values.watch ? watching(run, terminal) : code;
  },
});

async function runOnce(run: TestRun, terminal: Terminal): Promise<ExitCode> {
  const loaded = await loadPolicy(run.setting, run.paths, terminal, { json: run.format === 'json' });
  if (loaded === null) return 1;
  assertModules(loaded.sources, run.paths);
  const coverage = new Coverage(loaded.policy);
  const report = runTests(loaded.policy, {
    ...(run.select === undefined ? {} : { select: run.select }),
    ...(run.coverage ? { coverage } : {}),
  });
  const covered = run.coverage ? coverage.report() : undefined;
  terminal.out(run.format === 'json' ? asJson(report, covered) : asText(report, covered, run.verbose));
  const isCovered = run.threshold === undefined || (covered?.percent ?? 0) >= run.threshold;
  if (!isCovered) terminal.err(`Less than ${run.threshold}% of the lines are covered.\n`);
  return report.failed + report.errors === 0 && isCovered ? 0 : 2;
}

/** Runs the tests again after each change, until the process ends. */
function watching(run: TestRun, terminal: Terminal): Promise<ExitCode> {
  let timer: NodeJS.Timeout | undefined;
  for (const path of [...run.paths.data, ...run.paths.bundle]) {
    watch(path, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void again(run, terminal), SETTLE_MS);
    });
  }
  terminal.err('Watching for changes. Press Ctrl-C to stop.\n');
  return new Promise(() => undefined);
}

async function again(run: TestRun, terminal: Terminal): Promise<void> {
  terminal.out('\n');
  try {
    await runOnce(run, terminal);
  } catch (thrown) {
    if (!(thrown instanceof RegoCommandFault)) throw thrown;
    terminal.err(`${thrown.message}\n`);
  }
}

const WORDS: Readonly<Record<TestResult['outcome'], string>> = {
  pass: 'PASS',
  fail: 'FAIL',
  error: 'ERROR',
  skip: 'SKIPPED',
};

function asText(report: TestReport, coverage: CoverageReport | undefined, verbose: boolean): string {
  const shown = report.tests.filter(({ outcome }) => verbose || outcome !== 'pass');
  const counts = [
    `PASS: ${report.passed}/${report.tests.length - report.skipped}`,
    ...(report.failed > 0 ? [`FAIL: ${report.failed}`] : []),
    ...(report.errors > 0 ? [`ERROR: ${report.errors}`] : []),
    ...(report.skipped > 0 ? [`SKIPPED: ${report.skipped}`] : []),
  ];
  const parts = [...shown.map(testText), ...(shown.length > 0 ? ['-'.repeat(80)] : []), ...counts];
  return `${[...parts, ...(coverage ? coverageText(coverage) : [])].join('\n')}\n`;
}

function testText({ path, file, row, outcome, message, durationNanos, printed }: TestResult): string {
  const time = outcome === 'skip' ? '' : ` (${(Number(durationNanos) / 1e6).toFixed(2)} ms)`;
  const lines = [`${file}:${row}: ${path}: ${WORDS[outcome]}${time}`];
  if (message !== undefined) lines.push(`  ${message}`);
  return [...lines, ...printed.map((line) => `  ${line}`)].join('\n');
}

function coverageText({ files, percent, coveredLines, notCoveredLines }: CoverageReport): string[] {
  const width = Math.max(...files.map(({ file }) => file.length)) + 2;
  const rows = files.map(({ file, percent: share, notCovered }) => {
    const ranges = notCovered.map(({ start, end }) => (start === end ? `${start}` : `${start}–${end}`)).join(', ');
    return `${file.padEnd(width)}${share.toFixed(1).padStart(5)} %${ranges === '' ? '' : `  not covered: ${ranges}`}`;
  });
  return ['', ...rows, `Coverage: ${percent} % (${coveredLines} of ${coveredLines + notCoveredLines} lines)`];
}

function asJson(report: TestReport, coverage: CoverageReport | undefined): string {
  const tests = report.tests.map(({ durationNanos, message, ...rest }) => ({
    ...rest,
    ...(message === undefined ? {} : { message }),
    durationNanos: Number(durationNanos),
  }));
  return `${JSON.stringify({ ...report, tests, ...(coverage ? { coverage } : {}) }, null, 2)}\n`;
}
