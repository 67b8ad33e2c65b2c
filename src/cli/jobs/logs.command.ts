import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { numberOption, parseOptions } from '../options';
import { jobLog } from './job-log';

/** `coresdk jobs logs <id>` */
export const jobsLogs: Command = {
  usage: `Usage: coresdk jobs logs <id> [--follow] [--tail <n>] [options]

  --follow              continues until the job ends; an interrupted stream resumes where it stopped
  --tail <n>            starts with the last n lines
  --json                one JSON object per log line, with its number, time and stream
${CONNECTION_HELP}

Examples:
  coresdk jobs logs job-01j… --tail 100
  coresdk jobs logs job-01j… --follow | grep -i error

Exits 0 when everything was printed, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const options = { ...CONNECTION_OPTIONS, follow: flag, json: flag, tail: { type: 'string' } } as const;
    const { values, positionals } = parseOptions(args, options);
    const [id] = positionals;
    if (id === undefined || positionals.length > 1) throw new CommandFault('Specify the ID of one job.', true);
    const tail = values.tail === undefined ? 0 : numberOption('tail', values.tail, 1, Number.MAX_SAFE_INTEGER);
    const client = new RestClient(connectionOf(values), ['jobs.read']);
    for await (const line of jobLog(client, id, { follow: values.follow, tail, terminal })) {
      terminal.out(values.json ? `${JSON.stringify(line)}\n` : `${line.text}\n`);
    }
    return 0;
  },
};
