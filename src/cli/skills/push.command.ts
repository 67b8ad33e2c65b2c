import { registeredSkill, skill } from '../../modules/skills/contract/skills.types';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { readProject } from './skill-project';
import { jsonText } from '../operations/show';

/**
 * The scopes of each grant. The caller that registers a version needs these scopes too, so an app requests the scopes for the definition's
 * grants.
 */
const GRANT_SCOPES: Readonly<Record<string, readonly string[]>> = {
  files: ['files.read', 'files.write'],
  flags: ['flags.read'],
  secrets: ['secrets.read'],
  skills: ['skills.run'],
};

/** `coresdk skills push [folder]` */
export const skillsPush: Command = {
  usage: `Usage: coresdk skills push [folder] [--alias <alias>] [--json]

Registers the skill in the folder. If it equals the newest version, no version is created.

  --alias  alias for the version; "prod" is the version that runs by default
  --json   the registered version as JSON
${CONNECTION_HELP}

Example:
  coresdk skills test greet && coresdk skills push greet --alias prod

Exits 1 when the skill is refused.`,
  async run(args, terminal): Promise<ExitCode> {
    const options = {
      ...CONNECTION_OPTIONS,
      alias: { type: 'string' },
      json: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseOptions(args, options);
    const [folder = '.'] = positionals;
    if (positionals.length > 1) throw new CommandFault('Name one folder.', true);
    const { name, definition } = readProject(folder);
    const grants = definition.runtime === 'javascript' ? Object.entries(definition.grants) : [];
    const needed = grants.flatMap(([of, list]) => (list.length > 0 ? (GRANT_SCOPES[of] ?? []) : []));
    const client = new RestClient(connectionOf(values), ['skills.read', 'skills.write', ...needed]);
    const path = `/v1/skills/${encodeURIComponent(name)}`;
    const pushed = await client.send(registeredSkill, 'PUT', path, { json: definition });
    if (values.alias !== undefined) {
      const alias = `${path}/aliases/${encodeURIComponent(values.alias)}`;
      await client.send(skill, 'PUT', alias, { json: { version: pushed.version } });
    }
    if (values.json) terminal.out(jsonText(pushed));
    else terminal.out(`${name}:${pushed.version}@sha256:${pushed.hash}\n`);
    if (!pushed.isNew) terminal.err('The newest version already has this content.\n');
    if (pushed.signingSecret !== null && !values.json) {
      terminal.err(`The signing secret for calls to this skill is ${pushed.signingSecret}. It is shown only once.\n`);
    }
    return 0;
  },
};
