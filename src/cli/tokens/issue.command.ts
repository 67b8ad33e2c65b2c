import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { jsonText } from '../operations/show';

/** `coresdk tokens issue` */
export const tokensIssue: Command = {
  usage: `Usage: coresdk tokens issue [--scope <words>] [options]

Prints only the token. An app gets its own token (client_credentials); an API key is exchanged for a token (RFC 8693).

  --scope  scopes, repeated or separated by spaces; by default the app's default scopes
  --json   the entire response, with expires_in
${CONNECTION_HELP}

Example:
  TOKEN=$(coresdk tokens issue --scope 'projects.read projects.write')

Exits 0 on success, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const options = { scope: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    if (positionals.length > 0) throw new CommandFault('Use --scope to set the scopes.', true);
    const scopes = (values.scope ?? []).flatMap((words) => words.split(/\s+/).filter(Boolean));
    const issued = await new RestClient(connectionOf(values), []).issueToken(scopes);
    terminal.out(values.json ? jsonText(issued) : `${issued.access_token}\n`);
    return 0;
  },
};
