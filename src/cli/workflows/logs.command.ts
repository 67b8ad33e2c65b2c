import { CONNECTION_HELP, CONNECTION_OPTIONS } from '../api/connection';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { WorkflowApi } from './workflow-api';

/** `coresdk workflows logs <run>` */
export const workflowsLogs: Command = {
  name: 'workflows logs',
  summary: 'Print what a run of a workflow has logged, and follow it if asked',
  usage: `Usage: coresdk workflows logs <id of a run> [--follow] [--json]

  --follow  go on until the run has ended
  --json    a line of JSON for each line: {"line": …}
${CONNECTION_HELP}

Example:
  coresdk workflows logs job-01j… --follow

Exits 0 when all of it is printed, 1 when it could not be done.`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, follow: flag, json: flag });
    const [runId] = positionals;
    if (runId === undefined || positionals.length > 1) throw new CommandFault('Say which run.', true);
    const { client } = new WorkflowApi(values, ['jobs.read']);
    const path = `/v1/jobs/${encodeURIComponent(runId)}/logs`;
    let rest = '';
    for await (const piece of client.text(path, { follow: String(values.follow) })) {
      if (!values.json) {
        terminal.out(piece);
        continue;
      }
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) terminal.out(`${JSON.stringify({ line })}\n`);
    }
    return 0;
  },
};
