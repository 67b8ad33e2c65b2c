import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { COMMANDS } from '../../src/cli/commands';
import { type CommandsWorld, openCommandsWorld } from './commands-world';
import { makePerson, type Person } from './people';
import { type CommandRun, runCommand } from './run-command';
import { tokenOf } from './two-tenants';

/** Runs commands against a world, and the options of each caller. */
export interface CommandCallers {
  readonly world: CommandsWorld;
  /** An app with every scope that a tenant can grant, which calls the backend. */
  readonly app: readonly string[];
  /** The same app, which calls the control plane. */
  readonly appThere: readonly string[];
  /** The service token, which calls the control plane. */
  readonly service: readonly string[];
  /** The service token, for the tenant of the world. */
  readonly serviceThere: readonly string[];
  /** A signed-in owner of the tenant, who calls the backend. */
  readonly owner: readonly string[];
  readonly person: Person;
  readonly clientId: string;
  readonly run: (name: string, ...args: readonly string[]) => Promise<CommandRun>;
  /** Returns the output of a command that succeeds. */
  readonly printed: (name: string, ...args: readonly string[]) => Promise<string>;
  /** Returns the JSON of a command that succeeds. */
  readonly json: <T = Record<string, unknown>>(name: string, ...args: readonly string[]) => Promise<T>;
  /** Returns the message of a command that fails. */
  readonly refused: (name: string, ...args: readonly string[]) => Promise<string>;
}

export async function openCommandCallers(environment: Readonly<Record<string, string>> = {}): Promise<CommandCallers> {
  const world = await openCommandsWorld(environment);
  const { core, controlPlane, surface, tenant, file } = world;
  const service = ['--url', controlPlane.url, '--api-key-file', file('service', controlPlane.serviceToken)];
  const admin = file('admin', await tokenOf(core, tenant, { scope: 'admin' }));
  const scopes = ['admin', ...PLATFORM_SCOPES.keys()].join(' ');
  const registration = ['--scope', scopes, '--url', surface.url, '--api-key-file', admin];
  const made = JSON.parse((await run('apps create', 'Commands', ...registration, '--json')).out) as {
    readonly client_id: string;
    readonly client_secret: string;
  };
  const credentials = ['--client-id', made.client_id, '--client-secret-file', file('secret', made.client_secret)];
  const person = await makePerson(core, tenant.id, 'owner');
  const { id } = person.user;
  const claims = { sub: id, user_id: id, sid: person.session.id, roles: ['owner'], scope: scopes };
  const ownerKey = file('owner', await tokenOf(core, tenant, claims));
  return {
    world,
    service,
    serviceThere: [...service, '--tenant', tenant.slug],
    app: ['--url', surface.url, ...credentials],
    appThere: ['--url', controlPlane.url, ...credentials],
    owner: ['--url', surface.url, '--api-key-file', ownerKey],
    person,
    clientId: made.client_id,
    run,
    printed,
    json: async (name, ...args) => JSON.parse(await printed(name, ...args, '--json')) as never,
    refused: async (name, ...args) => {
      const { code, out, err } = await run(name, ...args);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      return err;
    },
  };
}

function run(name: string, ...args: readonly string[]): Promise<CommandRun> {
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) throw new Error(`There is no command ${name}.`);
  return runCommand(command, args);
}

async function printed(name: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(name, ...args);
  expect({ name, code, err }).toEqual({ name, code: 0, err: expect.stringMatching(/^(?!.* returned )/) as string });
  return out;
}
