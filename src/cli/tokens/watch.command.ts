import { z } from 'zod';
import { CONNECTION_OPTIONS, connectionHelp, connectionOf } from '../api/connection';
import { follow } from '../api/follow';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { cellOf, memberOf } from '../operations/show';
import { parseOptions } from '../options';
import { TOKEN_EVENT_COLUMNS } from './tokens.operations';

/** `coresdk tokens watch` */
export const tokensWatch: Command = {
  name: 'tokens watch',
  summary: 'Follow token events as they happen',
  usage: `Usage: coresdk tokens watch [--type <word>] [--client <id>] [--user <id>] [options]

Prints one line per event: ${TOKEN_EVENT_COLUMNS.join(', ')}. An interrupted stream resumes where it stopped. Press Ctrl-C to stop.

  --type, --client, --user  only events that match
  --from                    only events from this time on
  --tenant                  ID or slug of the tenant, for the service token and platform administrators
  --json                    one line of JSON per event
${connectionHelp('control-plane')}

Example:
  coresdk tokens watch --type token.revoked

Exits 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const text = { type: 'string' } as const;
    const narrowing = { type: text, client: text, user: text, from: text, tenant: text } as const;
    const json = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...narrowing, json });
    if (positionals.length > 0) throw new CommandFault('The command accepts only options.', true);
    const scopes = values.tenant === undefined ? ['admin'] : ['admin', 'platform.admin'];
    const client = new RestClient(connectionOf(values, 'control-plane'), scopes);
    const said = Object.keys(narrowing).flatMap((name) => {
      const value = values[name as keyof typeof narrowing];
      return value === undefined ? [] : [[name, value] as const];
    });
    for await (const event of follow(client, z.unknown(), {
      path: '/api/v1/token-events',
      query: Object.fromEntries(said),
      terminal,
    })) {
      const cells = TOKEN_EVENT_COLUMNS.map((column) => cellOf(memberOf(event, column)));
      terminal.out(values.json ? `${JSON.stringify(event)}\n` : `${cells.join('  ')}\n`);
    }
    return 0;
  },
};
