import { isatty } from 'node:tty';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import { parseOptions, readText } from '../options';
import { visible, visibleLines } from '../visible';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from './connection';
import { RestClient } from './rest-client';
import { printResponse } from './save-response';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PRETTY = 2;

/** `coresdk api <method> <path>` */
export const api: Command = {
  usage: `Usage: coresdk api [<method>] <path> [options]

Prints the body of the response; formats JSON at a terminal. The method is GET, or POST if there is a body. Paths that begin with /api/
go to the control plane, all others to the backend.

  --json                body, as JSON
  --body-file           file with the body; - reads standard input
  --header              name: value; can be repeated
  --scope               scopes that an app requests, separated by spaces; its default scopes if omitted
  --include             also prints the status and the headers
${CONNECTION_HELP}

Examples:
  coresdk api /v1/projects
  coresdk api '/v1/projects?limit=10' --scope projects.read
  coresdk api /v1/projects --json '{"key":"APOLLO","name":"Apollo"}' --scope projects.write
  coresdk api DELETE /v1/projects/prj-… --header 'If-Match: "1"'`,
  async run(args, terminal): Promise<ExitCode> {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseOptions(args, {
      ...CONNECTION_OPTIONS,
      json: text,
      'body-file': text,
      header: { type: 'string', multiple: true, default: [] },
      scope: text,
      include: { type: 'boolean', default: false },
    });
    const body = values.json ?? (values['body-file'] === undefined ? undefined : readText(values['body-file']));
    const { method, path } = targetOf(positionals, body !== undefined);
    const connection = connectionOf(values, path.startsWith('/api/') ? 'control-plane' : 'backend');
    const scopes = values.scope?.split(/\s+/) ?? connection.scopes ?? [];
    const client = new RestClient({ ...connection, scopes }, []);
    const response = await client.call(method, path, {
      headers: Object.fromEntries(values.header.map(headerOf)),
      // A stream has no time limit.
      signal: null,
      ...(body === undefined ? {} : { body: { type: 'application/json', content: body } }),
    });
    if (values.include) {
      terminal.out(`${response.status} ${response.statusText}\n`);
      for (const [name, value] of response.headers) terminal.out(`${name}: ${visible(value)}\n`);
      terminal.out('\n');
    }
    await show(response, client.url, terminal);
    return 0;
  },
};

function targetOf(
  positionals: readonly string[],
  hasBody: boolean,
): { readonly method: string; readonly path: string } {
  const [first, second, ...more] = positionals;
  if (first === undefined || more.length > 0) throw new CommandFault('Specify a path, such as /v1/projects.', true);
  const path = second ?? first;
  const method = second === undefined ? (hasBody ? 'POST' : 'GET') : first.toUpperCase();
  if (!METHODS.includes(method)) throw new CommandFault(`The method must be one of ${METHODS.join(', ')}.`, true);
  if (!path.startsWith('/')) throw new CommandFault('The path must begin with a slash, such as /v1/projects.', true);
  return { method, path };
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw new CommandFault(`The header "${line}" does not have the form name: value.`, true);
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** Prints a body as it arrives. At a terminal, formats JSON. */
async function show(response: Response, url: string, terminal: Terminal): Promise<void> {
  if (isatty(1) && /^application\/(?:[\w.-]+\+)?json/.test(response.headers.get('content-type') ?? '')) {
    terminal.out(`${visibleLines(JSON.stringify(JSON.parse((await response.text()) || 'null'), null, PRETTY))}\n`);
    return;
  }
  await printResponse(response, url, terminal);
}
