import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';

/** `coresdk tokens issue` */
export const tokensIssue: Command = {
  name: 'tokens issue',
  summary: 'Get an access token: of the app, or for the API key',
  usage: `Usage: coresdk tokens issue [--scope <words>] [options]

Prints the token alone. An app gets one of its own (client_credentials), an API key is exchanged for one (RFC 8693).

  --scope  what it may, as often as there are or with blanks between; what the app has by default without
  --json   the whole answer, with expires_in
${CONNECTION_HELP}

Example:
  TOKEN=$(coresdk tokens issue --scope 'projects.read projects.write')

Exits 0 when there is one, 1 when there is none.`,
  async run(args, terminal): Promise<ExitCode> {
    const options = { scope: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    if (positionals.length > 0) throw new CommandFault('Say what it may by --scope.', true);
    const scopes = (values.scope ?? []).flatMap((words) => words.split(/\s+/).filter(Boolean));
    const issued = await new RestClient(connectionOf(values), []).issueToken(scopes);
    terminal.out(values.json ? `${JSON.stringify(issued, null, 2)}\n` : `${issued.access_token}\n`);
    return 0;
  },
};
