import { CONNECTION_HELP, CONNECTION_OPTIONS } from '../api/connection';
import { type Command, CommandFault, type ExitCode } from '../command';
import { jobLog } from '../jobs/job-log';
import { parseOptions } from '../options';
import { WorkflowApi } from './workflow-api';

/** `coresdk workflows logs <run>` */
export const workflowsLogs: Command = {
  usage: `Usage: coresdk workflows logs <run id> [--follow] [--json]

  --follow  continue until the run ends; an interrupted stream resumes where it stopped
  --json    one line of JSON per line: {"line": …}
${CONNECTION_HELP}

Example:
  coresdk workflows logs job-01j… --follow

Exits 0 when everything was printed, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, follow: flag, json: flag });
    const [runId] = positionals;
    if (runId === undefined || positionals.length > 1) throw new CommandFault('Specify the ID of one run.', true);
    const { client } = new WorkflowApi(values, ['jobs.read']);
    for await (const { text } of jobLog(client, runId, { follow: values.follow, terminal })) {
      terminal.out(values.json ? `${JSON.stringify({ line: text })}\n` : `${text}\n`);
    }
    return 0;
  },
};
