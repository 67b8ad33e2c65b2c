import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { jobLog } from '../jobs/job-log';
import { parseOptions } from '../options';

/** `coresdk skills logs <run>` */
export const skillsLogs: Command = {
  usage: `Usage: coresdk skills logs <run id> [--follow] [--json]

  --follow  continue until the run ends; an interrupted stream resumes where it stopped
  --json    one JSON object per log line, with its number, time and stream
${CONNECTION_HELP}

Example:
  coresdk skills logs job-01j… --follow

Exits 0 when everything was printed, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, follow: flag, json: flag });
    const [runId] = positionals;
    if (runId === undefined || positionals.length > 1) throw new CommandFault('Specify the ID of one run.', true);
    const client = new RestClient(connectionOf(values), ['jobs.read']);
    for await (const line of jobLog(client, runId, { follow: values.follow, terminal })) {
      terminal.out(values.json ? `${JSON.stringify(line)}\n` : `${line.text}\n`);
    }
    return 0;
  },
};
