import { app } from '../../modules/apps/contract/apps.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { visible } from '../visible';

/** `coresdk apps add-scope <id> <scope>…` */
export const appsAddScope: Command = {
  name: 'apps add-scope',
  summary: 'Declare more scopes for an app',
  usage: `Usage: coresdk apps add-scope <id> <scope> … [options]

Adds scopes to those that the app declares, so that it can request them. Prints the scopes that it declares afterwards.

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
    const path = `/v1/oauth/apps/${encodeURIComponent(id)}`;
    const query: Record<string, string> = values.tenant === undefined ? {} : { tenant: values.tenant };
    const { declared_scopes, default_scopes } = await client.get(app, path, query);
    const withScopes = (present: readonly string[]): readonly string[] => [...new Set([...present, ...scopes])];
    const json = {
      declared_scopes: withScopes(declared_scopes),
      ...(values.default ? { default_scopes: withScopes(default_scopes) } : {}),
    };
    const changed = await client.send(app, 'PATCH', path, { query, json });
    if (values.json) terminal.out(`${JSON.stringify(changed, null, 2)}\n`);
    else for (const scope of changed.declared_scopes) terminal.out(`${visible(scope)}\n`);
    return 0;
  },
};
