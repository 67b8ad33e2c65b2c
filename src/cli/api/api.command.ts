import { isatty } from 'node:tty';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions, readText } from '../options';
import { connectionHelp, CONNECTION_OPTIONS, connectionOf } from './connection';
import { RestClient } from './rest-client';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PRETTY = 2;

/** `coresdk api <method> <path>` */
export const api: Command = {
  name: 'api',
  summary: 'Call any path of the REST API',
  usage: `Usage: coresdk api [<method>] <path> [options]

Prints the body of the response; formats JSON at a terminal. The method is GET, or POST if there is a body. Paths that begin with /api/
go to the control plane, all others to the backend.

  --json                body, as JSON
  --body-file           file with the body; - reads standard input
  --header              name: value; can be repeated
  --scope               scopes that an app requests, separated by spaces; its default scopes if omitted
  --include             also prints the status and the headers
${connectionHelp('backend')}

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
    const scopes = values.scope?.split(/\s+/) ?? [];
    const client = new RestClient(connectionOf(values, path.startsWith('/api/') ? 'control-plane' : 'backend'), scopes);
    const [pathname = '', query = ''] = path.split('?');
    const response = await client.call(method, pathname, {
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: Object.fromEntries(values.header.map(headerOf)),
      ...(body === undefined ? {} : { body: { type: 'application/json', content: body } }),
    });
    if (values.include) {
      terminal.out(`${response.status} ${response.statusText}\n`);
      for (const [name, value] of response.headers) terminal.out(`${name}: ${value}\n`);
      terminal.out('\n');
    }
    terminal.out(shown(await response.text()));
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

/** Returns a body for the terminal: formatted if it is JSON and a person reads it, otherwise unchanged. */
function shown(text: string): string {
  if (!isatty(1)) return text;
  try {
    return `${JSON.stringify(JSON.parse(text), null, PRETTY)}\n`;
  } catch {
    return text;
  }
}
