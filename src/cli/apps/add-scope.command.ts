import { app, type App } from '../../modules/apps/contract/apps.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { Refusal } from '../api/refusal';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { visible } from '../visible';
import { jsonText } from '../operations/show';

const PRECONDITION_FAILED = 412;
/** Attempts before the command gives up, because someone else changes the app each time. */
const MAX_ATTEMPTS = 5;

/** `coresdk apps add-scope <id> <scope>…` */
export const appsAddScope: Command = {
  usage: `Usage: coresdk apps add-scope <id> <scope> … [options]

Adds scopes to those that the app declares, so that it can request them. Prints the scopes that it declares afterwards. Keeps scopes that
someone else adds at the same time.

  --default             also adds the scopes to tokens for which the app does not request any
  --tenant              ID or slug of the tenant, for the service token and platform administrators
  --json                the changed app as JSON
${CONNECTION_HELP}

Example:
  coresdk apps add-scope app-demo projects.read files.read

Calls GET and PATCH /v1/oauth/apps/{id} on the backend.`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const options = { default: flag, json: flag, tenant: { type: 'string' } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    const [id, ...scopes] = positionals;
    if (id === undefined || scopes.length === 0) throw new CommandFault('Specify an app and at least one scope.', true);
    const client = new RestClient(connectionOf(values), ['admin']);
    const query: Record<string, string> = values.tenant === undefined ? {} : { tenant: values.tenant };
    const changed = await addScopes(client, `/v1/oauth/apps/${encodeURIComponent(id)}`, query, (present) => ({
      declared_scopes: union(present.declared_scopes, scopes),
      ...(values.default ? { default_scopes: union(present.default_scopes, scopes) } : {}),
    }));
    if (values.json) terminal.out(jsonText(changed));
    else for (const scope of changed.declared_scopes) terminal.out(`${visible(scope)}\n`);
    return 0;
  },
};

/** Changes the app that is stored, and starts over if someone else changes it in between. Errors: `CommandFault`. */
async function addScopes(
  client: RestClient,
  path: string,
  query: Readonly<Record<string, string>>,
  patchOf: (present: App) => unknown,
): Promise<App> {
  for (let attempt = 1; ; attempt += 1) {
    const read = await client.call('GET', path, { query });
    const headers = { 'if-match': read.headers.get('etag') ?? '*' };
    const present = app.safeParse(await read.json());
    if (!present.success) throw new CommandFault(`The response to GET ${path} is not an app.`);
    try {
      return await client.send(app, 'PATCH', path, { query, headers, json: patchOf(present.data) });
    } catch (error) {
      const isChanged = error instanceof Refusal && error.status === PRECONDITION_FAILED;
      if (!isChanged || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

const union = (present: readonly string[], more: readonly string[]): readonly string[] => [
  ...new Set([...present, ...more]),
];
