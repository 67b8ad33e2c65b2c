import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LoadedCommand, CommandFault } from './command';
import { COMMANDS, loadedCommands } from './commands';
import { changeContexts, readContexts } from './contexts/contexts';

/** The question of each command that deletes or replaces something, or that ends somebody's access, for its example. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'apps delete': 'Delete app-demo, and immediately revoke all its tokens?',
  'apps rotate-secret': 'Invalidate the old secret of app-demo immediately?',
  'tenants suspend': 'Suspend acme, and refuse all its tokens?',
  'tenants delete': 'Delete acme and all its data?',
  'users revoke-invitation': 'Revoke the invitation inv-01j…?',
  'users suspend': 'Suspend usr-01j… and end all access?',
  'users deactivate': 'Permanently end the access of usr-01j…?',
  'users delete': 'Delete usr-01j… and everything that belongs to this user?',
  'users reset-factors': 'Remove all factors of usr-01j…, and end all sessions?',
  'sign-in-rules remove-app': 'Remove the sign-in rule of app-01j…?',
  'connections delete': 'Delete the connection con-01j…? People can then no longer sign in with it.',
  'connections remove-domain':
    'Remove example.com from con-01j…? New people of the domain are then no longer linked by their address.',
  'connections unlink': 'Unlink idn-01j…? Its user can then no longer sign in with it.',
  'identities unlink': 'Unlink idn-01j…? You can then no longer sign in with it.',
  'jobs cancel': 'Cancel job-01j…?',
  'jobs unschedule': 'Delete the schedule nightly?',
  'flags delete': 'Delete new-checkout? Evaluations then return the caller’s default.',
  'flags revert': 'Replace all flags with those of version 7?',
  'flags set-document': 'Replace all flags?',
  'flags cancel-scheduled': 'Cancel the scheduled change fsc-01j…?',
  'secrets delete': 'Delete DATABASE_PASSWORD? It can then no longer be resolved.',
  'secrets destroy': 'Permanently erase values of DATABASE_PASSWORD?',
  'secrets revoke-grant': 'Revoke the grant grt-01j…?',
  'secrets delete-bundle': 'Delete the bundle web and its grants?',
  'secrets rotate-data-key': 'Rotate the data key of the tenant?',
  'keys rotate': 'Invalidate the old key crd-01j… immediately?',
  'keys revoke': 'Revoke crd-01j… and every token issued for it?',
  'signing-keys rotate': 'Invalidate every issued token of every tenant?',
  'skills delete': 'Delete the skill greet with all its versions?',
  'skills rollback-alias': 'Point the alias prod of greet back to its previous version?',
  'skills delete-alias': 'Remove the alias beta of greet?',
  'skills rotate-secret': 'Invalidate the old secret of lookup immediately?',
  'workflows delete': 'Delete the workflow wfl-01j…?',
  'workflows restore': 'Replace the workflow wfl-01j… with version 1?',
  'workflows cancel-run': 'Cancel the run job-01j…?',
  'workflows rotate-secret': 'Invalidate the old secret of wfl-01j… immediately?',
  'projects delete': 'Delete the project prj-01j…?',
  'projects transfer': 'Transfer prj-01j… to usr-01j…?',
  'projects remove-member': 'Remove usr-01j… from prj-01j…?',
  'files delete': 'Delete the file reports/june.pdf?',
  'webhooks delete': 'Delete the webhook whk-01j… and its pending deliveries?',
  'webhooks rotate-secret': 'Invalidate the old secret of whk-01j… immediately?',
  'groups delete': 'Delete the group grp-01j…?',
  'groups remove-member': 'Remove usr-01j… from grp-01j…?',
  'group-roles set': 'Replace the roles of all users that an identity provider manages?',
  'scopes delete': 'Delete the scope invoices.read?',
  'client-registration delete-token': 'Delete the initial access token iat-01j…?',
  'scim-connections delete': 'Delete the connection scc-01j…? Its tokens become invalid.',
  'scim-connections rotate': 'Invalidate the old token of scc-01j… immediately?',
  'scim-extensions delete': 'Delete the extension urn:example:hr:1.0:User?',
  'saml-providers delete': 'Delete the identity provider sml-01j…? Its assertions are then refused.',
  'sessions end': 'End the session ses-01j…?',
  'sessions end-all': 'End all your sessions?',
  'grants revoke': 'Revoke grt-01j… and all tokens of the app for you?',
  'config delete': 'Remove theme.color from the configuration of a tenant?',
  'config replace': 'Replace the configuration of a tenant?',
  'config revert': 'Replace the configuration of a tenant with version 3?',
  'config-defaults delete': 'Remove theme.color from the defaults of the installation?',
  'config-defaults replace': 'Replace the defaults of the installation?',
  'config-defaults revert': 'Replace the defaults of the installation with version 3?',
  'entitlements delete-license': 'Delete the license of the tenant?',
  'entitlements delete-override': 'Delete the exception sso?',
  'plans set': 'Set the plan team for all its tenants?',
  'plans delete': 'Delete the plan team?',
  'rate-limits delete': 'Delete the rate limit jobs?',
  'plan-rate-limits delete': 'Delete the rate limit free-jobs for all tenants of the plan?',
  'masking reset-rules': 'Reset all masking rules?',
  'masking rotate-key': 'Rotate the masking key? The same value then gets a different token.',
  'policy activate': 'Decide with version 4 for acme from now on?',
  'policy rollback': 'Roll back the policy of acme?',
  'policy delete': 'Delete the policy of acme? The default policy then decides.',
  'policy delete-key': 'Delete the key release of acme? Without keys, unsigned bundles are accepted.',
  'audit erase': 'Permanently erase the personal fields of usr-01j… in the audit log?',
  'audit set-retention': 'Change the retention of the audit log? Records can be deleted.',
  'audit-sinks delete': 'Remove the sink snk-01j…?',
  'context delete': 'Delete the context "acme"?',
  'tokens revoke': 'Revoke the token, and all tokens issued from it?',
};

/** `apply` needs a configuration and its plan, so a test with a real platform answers its question. */
const WITH_PLAN = ['apply'];

/** Verbs of commands that must ask. */
const DESTRUCTIVE =
  / (?:cancel|deactivate|delete|destroy|end|erase|remove|replace|reset|revert|revoke|rollback|suspend|unschedule)\b/;

/** The answer of the stand-in for the platform to every request. */
const EMPTY_LIST = { items: [], nextCursor: null };
const POLICY_VERSION = { version: 1, revision: '', status: 'active', modules: [], activatedAt: null };

let folder: string;
let server: Server;
let url: string;
/** The requests that change something, such as `DELETE /v1/projects/prj-1`. */
let changes: string[];
let commands: ReadonlyMap<string, LoadedCommand>;

beforeAll(async () => {
  commands = new Map((await loadedCommands()).map((command) => [command.name, command]));
  server = createServer((request, response) => {
    if (request.method !== 'GET') changes.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').setHeader('etag', '"1"');
      response.end(JSON.stringify({ ...EMPTY_LIST, ...POLICY_VERSION }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  changes = [];
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-destructive-'));
  process.env['XDG_CONFIG_HOME'] = folder;
});

afterEach(() => {
  delete process.env['XDG_CONFIG_HOME'];
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

/** Returns the arguments of the example with `--yes` in the help of a command, without its name and `--yes`. */
function exampleOf({ name, usage }: LoadedCommand): readonly string[] {
  const [example = ''] = /(?<=^ {2}coresdk ).*--yes$/m.exec(usage) ?? [];
  const words = [...example.slice(name.length).matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  const given = words
    .filter((word) => word !== '--yes')
    .map((word) => (/\.(?:json|txt)$/.test(word) ? file(word, '{"values":{}}') : word));
  if (name === 'context delete') return given;
  const tenant = usage.includes('default: the tenant of the context') ? ['--tenant', 'acme'] : [];
  return [...given, ...tenant, '--url', url, '--api-key-file', file('key', 'cpod_key')];
}

/** Creates the context that the example of `context delete` names. */
function storeContext(): Promise<void> {
  const signIn = { by: 'api-key', file: '/nowhere/key' } as const;
  const acme = { url, controlPlaneUrl: null, tenant: 'acme', signIn };
  return changeContexts(process.env, () => ({ current: null, contexts: { acme } }));
}

/** Runs the example of a command. Returns its error message, the question that it asked, and the changes that it made. */
async function run(name: string, answer: string | null, ...more: readonly string[]) {
  const command = commands.get(name);
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  changes = [];
  await storeContext();
  let asked: string | null = null;
  const ask = (question: string): Promise<string> => {
    asked = question;
    return Promise.resolve(answer ?? '');
  };
  const terminal = { out: () => undefined, err: () => undefined, ...(answer === null ? {} : { ask }) };
  const fault = await Promise.resolve(command.run([...exampleOf(command), ...more], terminal)).then(
    () => null,
    (error: unknown) => error,
  );
  if (fault !== null && !CommandFault.is(fault)) throw new Error(`${name} failed`, { cause: fault });
  const isDeleted = !('acme' in readContexts(process.env).contexts);
  return {
    message: fault?.message ?? null,
    asked,
    changes: [...changes, ...(isDeleted ? ['the context'] : [])].length,
  };
}

describe('the commands that ask for confirmation', () => {
  it('are all those that are listed here, and all with a destructive verb', () => {
    const asking = [...commands.values()].filter(({ usage }) => usage.includes('--yes')).map(({ name }) => name);
    expect(asking.sort()).toEqual([...Object.keys(QUESTIONS), ...WITH_PLAN].sort());
    const names = COMMANDS.map(({ name }) => name).filter((name) => DESTRUCTIVE.test(name));
    expect(names.filter((name) => !asking.includes(name))).toEqual([]);
  });

  it.each(Object.entries(QUESTIONS))('%s asks: %s', async (name, question) => {
    const unattended = await run(name, null);
    expect(unattended).toEqual({ message: `${question} Use --yes to confirm.`, asked: null, changes: 0 });
    const asked = `${question} [y/N] `;
    for (const answer of ['', 'n', 'yesterday']) {
      expect(await run(name, answer)).toEqual({ message: 'Nothing was done.', asked, changes: 0 });
    }
    for (const answer of ['y', ' Yes ']) {
      expect(await run(name, answer)).toEqual({ message: null, asked, changes: 1 });
    }
    expect(await run(name, 'n', '--yes')).toEqual({ message: null, asked: null, changes: 1 });
  });
});
