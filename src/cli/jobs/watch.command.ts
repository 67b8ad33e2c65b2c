import { z } from 'zod';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { follow } from '../api/follow';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { cellOf } from '../operations/show';
import { parseOptions } from '../options';

const jobEvent = z.looseObject({
  type: z.string(),
  at: z.string(),
  percent: z.number().optional(),
  stage: z.string().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
  reason: z.string().optional(),
});

/** `coresdk jobs watch <id>` */
export const jobsWatch: Command = {
  usage: `Usage: coresdk jobs watch <id> [options]

Prints a line for each event, starting with the first. An interrupted stream resumes where it stopped.

  --json                one line of JSON per event
${CONNECTION_HELP}

Example:
  coresdk jobs watch $(coresdk jobs submit skill double --input '{"n":21}' --only id)

Exits 0 when the job succeeded, 2 when it failed or was cancelled, 1 when it could not be followed.`,
  async run(args, terminal): Promise<ExitCode> {
    const json = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, json });
    const [id] = positionals;
    if (id === undefined || positionals.length > 1) throw new CommandFault('Specify the ID of one job.', true);
    const client = new RestClient(connectionOf(values), ['jobs.read']);
    let last = '';
    const path = `/v1/jobs/${encodeURIComponent(id)}/events`;
    for await (const event of follow(client, jobEvent, { path, terminal })) {
      last = event.type;
      const { at, type, percent, stage, error, reason } = event;
      const more = [percent === undefined ? '' : `${percent}%`, stage, error?.message, reason].filter(Boolean);
      const line = [at, type, ...more.map(cellOf)].join('  ');
      terminal.out(values.json ? `${JSON.stringify(event)}\n` : `${line}\n`);
    }
    return last === 'succeeded' ? 0 : 2;
  },
};
