import { resolution } from '../../modules/secrets/rest/secret-requests';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { visible } from '../visible';
import { jsonText } from '../operations/show';

/** `coresdk secrets resolve <NAME>…` */
export const secretsResolve: Command = {
  usage: `Usage: coresdk secrets resolve [<name> …] [--bundle <name>] [options]

Prints a single value as is, and several values as name=value. If a value is not text, encodes it in base64.

  --bundle              all secrets in this bundle; can be repeated
  --json                {name: value} as JSON
${CONNECTION_HELP}

Example:
  PGPASSWORD=$(coresdk secrets resolve DATABASE_PASSWORD) psql

Calls POST /v1/secrets/resolve on the backend. Exits 0 when all secrets were found, 2 when some were not, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const options = { bundle: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    const { bundle: bundles = [], json } = values;
    if (positionals.length + bundles.length === 0) throw new CommandFault('Specify secrets or bundles.', true);
    const client = new RestClient(connectionOf(values), ['secrets.read']);
    const order = { bundles, refs: positionals.map((name) => ({ name })) };
    const { resolved, unresolved } = await client.send(resolution, 'POST', '/v1/secrets/resolve', { json: order });
    const isOne = positionals.length === 1 && bundles.length === 0;
    if (json) terminal.out(jsonText(Object.fromEntries(resolved.map((one) => [one.name, one.value]))));
    else for (const { name, value } of resolved) terminal.out(isOne ? `${value}\n` : `${name}=${value}\n`);
    for (const { name, message } of unresolved) terminal.err(`${visible(name)}: ${visible(message)}\n`);
    return unresolved.length === 0 ? 0 : 2;
  },
};
