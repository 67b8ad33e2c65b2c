import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { jobView } from '../../modules/jobs/contract/job-view';
import { skillRun } from '../../modules/skills/rest/run-view';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import { numberOption, parseOptions, readText } from '../options';
import { LocalRunner } from './local-runner';
import { readProject } from './skill-project';
import { visibleLines } from '../visible';
import { jsonText } from '../operations/show';

/** The time to wait for one response: shorter than the time limits of proxies in front of the platform. */
const ANSWER_SECONDS = 20;
const LOOK_EVERY_MS = 500;
const DEFAULT_WAIT_SECONDS = '60';
const MAX_WAIT_SECONDS = 86_400;
const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** The displayed members of a run, from any route. */
type Shown = Pick<z.infer<typeof skillRun>, 'id' | 'status' | 'output' | 'error'>;

/** `coresdk skills run <name or folder>` */
export const skillsRun: Command = {
  usage: `Usage: coresdk skills run <name or folder> [--input <json>] [--alias <alias>|--version <n>] [--wait <seconds>] [--json]

Prints the skill's output as JSON. A skill in a folder, such as ./greet or ., runs locally, without the platform.

  --input       the input as JSON; by default the content of --input-file, or null
  --input-file  a file with the input as JSON; - for standard input
  --alias       alias of the version; by default "prod" or the newest version
  --version     number of the version
  --wait        maximum wait, in seconds (${DEFAULT_WAIT_SECONDS})
  --json        the entire run as JSON; for a local run, {output} or {error}
${CONNECTION_HELP}

Examples:
  coresdk skills run ./greet --input '{"name": "Ada"}'
  coresdk skills run greet --input '{"name": "Ada"}'

Exits 0 when the run completed, 2 when it did not, 1 when it could not be started.`,
  async run(args, terminal) {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseOptions(args, {
      ...CONNECTION_OPTIONS,
      input: text,
      'input-file': text,
      alias: text,
      version: text,
      wait: { type: 'string', default: DEFAULT_WAIT_SECONDS },
      json: { type: 'boolean', default: false },
    });
    const [what] = positionals;
    if (what === undefined || positionals.length > 1) throw new CommandFault('Specify one skill.', true);
    const input = inputOf(values);
    // Skill names never contain these characters.
    if (/[./\\]/.test(what)) return runHere(what, input, values.json, terminal);
    const order = {
      input,
      ...(values.alias === undefined ? {} : { alias: values.alias }),
      ...(values.version === undefined ? {} : { version: numberOption('version', values.version, 1, 2_147_483_647) }),
    };
    const client = new RestClient(connectionOf(values), ['skills.run', 'jobs.read']);
    const run = await runThere(client, what, order, numberOption('wait', values.wait, 0, MAX_WAIT_SECONDS));
    return report(run, values.json, terminal);
  },
};

async function runHere(folder: string, input: unknown, isJson: boolean, terminal: Terminal): Promise<ExitCode> {
  const runner = await LocalRunner.open(readProject(folder));
  try {
    const outcome = await runner.run(input, [], {
      log: (_stream, text) => terminal.err(text.endsWith('\n') ? text : `${text}\n`),
      progress: (progress) => terminal.err(`progress ${JSON.stringify(progress)}\n`),
    });
    if (isJson) terminal.out(jsonText(outcome));
    else if ('error' in outcome) terminal.err(`${outcome.error}\n`);
    else terminal.out(jsonText(outcome.output));
    return 'error' in outcome ? 2 : 0;
  } finally {
    await runner.close();
  }
}

async function runThere(client: RestClient, name: string, order: object, waitSeconds: number): Promise<Shown> {
  const until = performance.now() + waitSeconds * 1_000;
  const query = { wait: String(Math.min(waitSeconds, ANSWER_SECONDS)) };
  const path = `/v1/skills/${encodeURIComponent(name)}/run`;
  let run: Shown = await client.send(skillRun, 'POST', path, { query, json: order });
  while (!OVER.has(run.status) && performance.now() < until) {
    await sleep(LOOK_EVERY_MS);
    run = await client.get(jobView, `/v1/jobs/${run.id}`);
  }
  return run;
}

function report(run: Shown, isJson: boolean, terminal: Terminal): ExitCode {
  if (isJson) terminal.out(jsonText(run));
  else if (run.status === 'completed') terminal.out(jsonText(run.output));
  if (run.status === 'completed') return 0;
  terminal.err(`${run.id}: ${run.status}${run.error === null ? '' : `: ${visibleLines(run.error.message)}`}\n`);
  return 2;
}

function inputOf({
  input,
  'input-file': file,
}: {
  input?: string | undefined;
  'input-file'?: string | undefined;
}): unknown {
  const text = input ?? (file === undefined ? 'null' : readText(file));
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandFault(`The input is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
