import { setTimeout as sleep } from 'node:timers/promises';
import { triggered, type WholeWorkflowRun } from '../../modules/workflows/contract/workflows.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS } from '../api/connection';
import { type Command, CommandFault, type Terminal } from '../command';
import { numberOption, parseOptions, readText } from '../options';
import { WorkflowApi } from './workflow-api';
import { visible } from '../visible';
import { jsonText } from '../operations/show';

const LOOK_MS = 500;
const MAX_WAIT_SECONDS = 86_400;
const OVER: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** `coresdk workflows run <name or id>` */
export const workflowsRun: Command = {
  usage: `Usage: coresdk workflows run <name or id> [--input <JSON> | --input-file <file>] [--wait <seconds>] [--json]

Submits a run and prints its ID. With --wait, it follows the run and prints the result of each step, and finally the output.

  --input       the input, as JSON
  --input-file  file with the input ("-" for standard input)
  --wait        maximum wait in seconds; the run continues afterwards
  --json        {jobId}, or with --wait the entire run with its steps
${CONNECTION_HELP}

Examples:
  coresdk workflows run orders --input '{"order": 7}' --wait 60
  coresdk workflows run orders --input-file order.json

Exits 0 when the run is submitted (with --wait: when it has completed), 2 when it failed, was cancelled, or has not ended in time, 1 on any
other error.`,
  async run(args, terminal) {
    const text = { type: 'string' } as const;
    const options = { input: text, 'input-file': text, wait: text, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw new CommandFault('Specify one workflow.', true);
    const seconds = values.wait === undefined ? null : numberOption('wait', values.wait, 1, MAX_WAIT_SECONDS);
    const input = inputOf(values);
    const api = new WorkflowApi(values, ['workflows.read', 'workflows.write']);
    const { id } = await api.get(name);
    const { jobId } = await api.client.send(triggered, 'POST', `/v1/workflows/${id}/trigger`, { json: { input } });
    if (seconds === null) {
      terminal.out(values.json ? `${JSON.stringify({ jobId })}\n` : `${jobId}\n`);
      return 0;
    }
    if (!values.json) terminal.out(`${jobId}\n`);
    const run = await followed(api, jobId, seconds, values.json ? null : terminal);
    const shown = run.status === 'completed' ? `${JSON.stringify(run.output)}\n` : '';
    terminal.out(values.json ? jsonText(run) : shown);
    if (run.status === 'completed') return 0;
    if (!values.json)
      terminal.err(OVER.has(run.status) ? `${run.status}: ${visible(run.error?.message ?? '')}\n` : 'It continues.\n');
    return 2;
  },
};

function inputOf({
  input,
  'input-file': file,
}: {
  input?: string | undefined;
  'input-file'?: string | undefined;
}): unknown {
  if (input !== undefined && file !== undefined)
    throw new CommandFault('Set either --input or --input-file, not both.', true);
  if (input === undefined && file === undefined) return null;
  try {
    return JSON.parse(input ?? readText(file ?? '')) as unknown;
  } catch (error) {
    if (CommandFault.is(error)) throw error;
    throw new CommandFault('The input is not JSON.');
  }
}

/** Follows a run until it ends or the time is up, and reports each step as it happens. */
async function followed(
  api: WorkflowApi,
  runId: string,
  seconds: number,
  terminal: Terminal | null,
): Promise<WholeWorkflowRun> {
  const reported = new Set<string>();
  const until = performance.now() + seconds * 1_000;
  for (;;) {
    const run = await api.run(runId);
    for (const { id, status, error } of run.steps) {
      if (status === 'pending' || status === 'running' || reported.has(`${id} ${status}`)) continue;
      reported.add(`${id} ${status}`);
      terminal?.out(`  ${visible(id)} ${status}${error === null ? '' : `: ${visible(error.message)}`}\n`);
    }
    if (OVER.has(run.status) || performance.now() > until) return run;
    await sleep(LOOK_MS);
  }
}
