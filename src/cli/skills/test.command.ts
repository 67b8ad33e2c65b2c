import { isDeepStrictEqual } from 'node:util';
import { type Command, CommandFault } from '../command';
import { parseOptions } from '../options';
import { type LocalOutcome, LocalRunner } from './local-runner';
import { readProject, type TestCase } from './skill-project';
import { jsonText } from '../operations/show';

interface TestResult {
  readonly name: string;
  readonly passed: boolean;
  readonly millis: number;
  /** The log output of the code. */
  readonly log: readonly string[];
  /** The actual result, if it differs from the expected result. */
  readonly got?: LocalOutcome;
}

/** `coresdk skills test [folder]` */
export const skillsTest: Command = {
  usage: `Usage: coresdk skills test [folder] [--json]

Compiles the skill and runs each case of tests.json: {"name", "input", "output"} or {"name", "input", "error"} (a part of
the message). "calls" contains the results of capabilities: [{"call": "secrets.get", "args": ["KEY"], "result": …}].
Works without the platform.

  --json  the results as JSON

Example:
  coresdk skills test greet

Exits 1 when the skill does not compile, 2 when a test fails.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [folder = '.'] = positionals;
    if (positionals.length > 1) throw new CommandFault('Name one folder.', true);
    const project = readProject(folder);
    const runner = await LocalRunner.open(project);
    const results: TestResult[] = [];
    try {
      for (const one of project.tests) results.push(await resultOf(runner, one));
    } finally {
      await runner.close();
    }
    terminal.out(values.json ? jsonText({ skill: project.name, tests: results }) : asText(results));
    return results.every(({ passed }) => passed) ? 0 : 2;
  },
};

async function resultOf(runner: LocalRunner, one: TestCase): Promise<TestResult> {
  const log: string[] = [];
  const began = performance.now();
  const outcome = await runner.run(one.input, one.calls, {
    log: (_stream, text) => log.push(text.replace(/\n$/, '')),
    progress: () => undefined,
  });
  const millis = Math.round((performance.now() - began) * 10) / 10;
  const passed =
    'error' in outcome
      ? one.error !== undefined && outcome.error.includes(one.error)
      : one.error === undefined && (one.output === undefined || isDeepStrictEqual(outcome.output, one.output));
  return { name: one.name, passed, millis, log, ...(passed ? {} : { got: outcome }) };
}

function asText(results: readonly TestResult[]): string {
  const lines = results.flatMap(({ name, passed, millis, log, got }) => [
    `${passed ? 'PASS' : 'FAIL'}  ${name} (${millis} ms)`,
    ...log.map((line) => `      ${line}`),
    ...(got === undefined ? [] : [`      got ${JSON.stringify(got)}`]),
  ]);
  const passed = results.filter((result) => result.passed).length;
  return `${[...lines, `${passed} of ${results.length} passed.`].join('\n')}\n`;
}
