import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { COMMANDS } from '../../src/cli/commands';
import { systemContext } from '../../src/kernel/context/call-context';
import { UsersPort } from '../../src/modules/users/contract/users.port';
import type { AddressedUser } from '../../src/modules/users/contract/users.types';
import { makeUser, PASSWORD } from '../support/accounts';
import { CookieBrowser } from '../support/browser-form';
import { type CommandsWorld, openCommandsWorld } from '../support/commands-world';
import { COMPILE_CACHE } from '../support/compile-cache';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { type CommandRun, runCommand } from '../support/run-command';
import { walk } from '../support/sign-in-walk';
import { startLogin } from '../support/start-login';
import { queryAs } from '../support/test-database';
import { claimsOf } from '../support/two-tenants';

const PROGRAM = resolve(__dirname, '../../dist/src/cli/main.js');

let world: CommandsWorld;
let owner: AddressedUser;
let member: AddressedUser;
/** The configuration folder of each test. */
let config: string;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  world = await openCommandsWorld({ ISSUER_URL: `http://127.0.0.1:${port}`, LIMIT_PER_ADDRESS: '0' }, port);
  owner = await makeUser(world.core, world.tenant.id, { role: 'owner', displayName: 'Ada Owner' });
  member = await makeUser(world.core, world.tenant.id, { role: 'member' });
});

afterAll(async () => {
  await world.close();
});

beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'coresdk-config-'));
  Object.assign(process.env, { XDG_CONFIG_HOME: config });
});

afterEach(() => {
  for (const name of ['CPOD_CONTEXT', 'CPOD_URL', 'CPOD_API_KEY']) delete process.env[name];
  rmSync(config, { recursive: true });
});

function commandOf(name: string) {
  const command = COMMANDS.find((one) => one.name === name);
  if (!command) throw new Error(`There is no command ${name}.`);
  return command;
}

const run = (name: string, ...args: readonly string[]): Promise<CommandRun> => runCommand(commandOf(name), args);
const options = (): readonly string[] => [
  ...['--url', world.surface.url, '--tenant', world.tenant.slug],
  ...['--control-plane-url', world.controlPlane.url, '--no-browser'],
];
const fileOf = (name: string): string => join(config, 'coresdk', name);
const storedOf = (context = 'default') =>
  JSON.parse(readFileSync(fileOf(`sign-ins/${context}.json`), 'utf8')) as Record<string, string>;
const change = (members: object, context = 'default'): void => {
  writeFileSync(fileOf(`sign-ins/${context}.json`), JSON.stringify({ ...storedOf(context), ...members }));
};

/** Returns the output of a command that succeeds. */
async function printed(name: string, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run(name, ...args);
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('returned') as string });
  return out;
}

/** Runs `login`, and does something with the URL that it prints. Returns the result of both. */
async function login<T>(args: readonly string[], act: (url: URL) => Promise<T>): Promise<CommandRun & { page: T }> {
  const { url, ended } = await startLogin(args);
  const page = await act(url);
  return { ...(await ended), page };
}

/** Signs a person in on the pages, and follows the redirect to the terminal. Returns the page that the terminal serves. */
async function signIn(url: URL, { email }: AddressedUser): Promise<string> {
  const redirectUri = url.searchParams.get('redirect_uri') ?? '';
  const callback = await walk(new CookieBrowser(world.surface.url), url, { email, password: PASSWORD }, redirectUri);
  return (await fetch(callback)).text();
}

const loginAs = (person: AddressedUser, ...args: readonly string[]) =>
  login([...options(), ...args], (url) => signIn(url, person));

/** Opens the redirect URI with other parameters than the platform's. */
const answerWith = (members: Readonly<Record<string, string>>) => async (url: URL) => {
  const state = url.searchParams.get('state') ?? '';
  const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
  callback.search = new URLSearchParams({ state, iss: world.surface.url, ...members }).toString();
  return (await fetch(callback)).text();
};

describe('login', () => {
  it('chooses the tenant of the policy commands, unless --tenant names another one', async () => {
    await loginAs(owner);
    const policy = join(config, 'app.rego');
    writeFileSync(policy, 'package app\n\nallow if input.user == "ann"\n');
    await printed('policy push', policy);
    expect(await printed('policy get', '--only', 'modules')).toBe('app.rego\n');
    expect(await printed('policy versions', '--only', 'status')).toBe('active\n');
    const elsewhere = await run('policy get', '--tenant', 'another-tenant');
    expect(elsewhere).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/ returned 40[34] /) as string });
    expect(await run('policy delete', '--yes')).toMatchObject({
      err: `The policy of ${world.tenant.slug} is deleted.\n`,
    });
  });

  it('signs an owner in, who can then use the backend and the control plane', async () => {
    const { code, err, page } = await loginAs(owner);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('You are signed in.') as string });
    expect(page).toContain('<h1>You are signed in</h1>');
    expect(JSON.parse(await printed('whoami', '--json'))).toMatchObject({ id: owner.id, role: 'owner' });
    expect(await printed('users list', '--only', 'email')).toContain(owner.email);
    expect(await printed('apps list', '--only', 'client_id')).toContain(`app-cli-${world.tenant.slug}`);
    // These call the control plane. The second one administers the whole installation.
    expect(await printed('flags versions')).toMatch(/^[A-Z]/);
    expect((await run('signing-keys list')).err).toMatch(
      / 403 [\s\S]*"platform.admin"[\s\S]*as a person[\s\S]*--api-key-file/,
    );
    const folder = join(config, 'hello');
    await printed('skills init', folder);
    await printed('skills push', folder, '--alias', 'prod');
    expect(JSON.parse(await printed('skills run', 'hello', '--input', '{"name":"Ada"}'))).toEqual({
      greeting: 'Hello, Ada!',
    });
    const made = await printed('api', '/v1/projects', '--json', '{"key":"CLI","name":"From the terminal"}');
    expect(await printed('api', '/v1/projects')).toContain((JSON.parse(made) as { id: string }).id);
    expect(claimsOf((await printed('tokens issue')).trim())).toMatchObject({ sub: owner.id });
  });

  it('stores the tokens in files that only their owner can read', async () => {
    await loginAs(owner);
    const modes = ['', 'contexts.json', 'sign-ins', 'sign-ins/default.json'].map(
      (name) => statSync(fileOf(name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o700, 0o600]);
    expect(readdirSync(fileOf('sign-ins'))).toEqual(['default.json']);
    expect(readFileSync(fileOf('contexts.json'), 'utf8')).not.toContain(storedOf()['refreshToken']);
    chmodSync(fileOf('sign-ins/default.json'), 0o644);
    const refused = await run('whoami');
    expect([refused.code, refused.err]).toEqual([
      1,
      `Other users can access ${fileOf('sign-ins/default.json')}. Run: chmod 600 ${fileOf('sign-ins/default.json')}`,
    ]);
  });

  it('gives a member only the access of that role, and names the next step', async () => {
    await loginAs(member);
    expect(storedOf()['scope']?.split(' ')).not.toContain('admin');
    await printed('users list');
    const { code, err } = await run('apps list');
    expect(code).toBe(1);
    expect(err).toMatch(/ 403 [\s\S]*"admin"[\s\S]*as a person, and your role does not include this[\s\S]*--client-id/);
  });

  it('stores nothing if the person refuses, and shows the reason in the browser and at the terminal', async () => {
    const { code, err, page } = await login(
      options(),
      answerWith({ error: 'access_denied', error_description: 'The user denied the request.' }),
    );
    expect([code, err]).toEqual([1, expect.stringContaining('The sign-in was refused: The user denied the request.')]);
    expect(page).toContain('<h1>You are not signed in</h1>');
    expect(page).toContain('The user denied the request.');
    expect(existsSync(fileOf('contexts.json'))).toBe(false);
  });

  it.each([
    ['with a wrong state', { state: 'forged', code: 'ac_x' }, 'wrong state'],
    ['from another issuer', { iss: 'https://evil.example', code: 'ac_x' }, 'wrong issuer'],
    ['with a forged code', { code: 'ac_forged' }, 'invalid_grant'],
  ])('rejects a response %s', async (_name, members, words) => {
    const { code, err, page } = await login(options(), answerWith(members));
    expect([code, err, page]).toEqual([1, expect.stringContaining(words), expect.stringContaining(words)]);
    expect(existsSync(fileOf('contexts.json'))).toBe(false);
    expect(existsSync(fileOf('sign-ins'))).toBe(false);
  });

  it('stops when the time is up', async () => {
    const { code, err } = await login([...options(), '--timeout', '1'], () => Promise.resolve());
    expect([code, err]).toEqual([1, expect.stringContaining('Nobody signed in within 1 s. Nothing was stored.')]);
    expect(existsSync(fileOf('contexts.json'))).toBe(false);
  });

  it('stops with Ctrl-C, and can start the browser without a shell', async () => {
    const programs = join(config, 'bin');
    mkdirSync(programs);
    const opened = join(config, 'opened');
    writeFileSync(
      join(programs, 'xdg-open'),
      `#!/bin/sh\nprintf '%s\\n' "$@" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
      { mode: 0o755 },
    );
    const environment = { ...process.env, ...COMPILE_CACHE, PATH: `${programs}:${process.env['PATH']}` };
    const args = ['login', ...options().filter((option) => option !== '--no-browser')];
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    const exit = once(child, 'exit');
    const url = await eventually(async () => {
      expect(existsSync(opened)).toBe(true);
      expect(err).toMatch(/^ {2}http\S+$/m);
      return /^ {2}(http\S+)$/m.exec(err)?.[1];
    });
    expect(readFileSync(opened, 'utf8')).toBe(`${url}\n`);
    child.kill('SIGINT');
    expect(await exit).toEqual([1, null]);
    expect(err).toContain('The sign-in was interrupted. Nothing was stored.');
    expect(existsSync(fileOf('contexts.json'))).toBe(false);
  });

  it('says which address to use if the installation has another one, and that a slug is too long', async () => {
    const local = world.surface.url.replace('127.0.0.1', 'localhost');
    await expect(startLogin(['--url', local, '--no-browser'])).rejects.toThrow(
      `Use that address: coresdk login --url ${world.surface.url}`,
    );
    await expect(startLogin([...options(), '--tenant', 'x'.repeat(57)])).rejects.toThrow('or the ID of a tenant');
  });
});

describe('the tokens of a sign-in', () => {
  const refreshesOf = async (): Promise<number> => {
    const rows = await queryAs(
      world.database.adminUrl,
      `SELECT 1 FROM token_events.events WHERE type = 'token.refreshed' AND user_id = $1`,
      [owner.id],
    );
    return rows.length;
  };

  it('are refreshed once for ten simultaneous commands', async () => {
    await loginAs(owner);
    change({ expiresAtMs: 0 });
    const before = [storedOf()['refreshToken'], await refreshesOf()];
    const environment = { ...process.env, ...COMPILE_CACHE };
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const child = spawn(process.execPath, [PROGRAM, 'whoami'], { env: environment, stdio: 'ignore' });
        return (await once(child, 'exit'))[0] as number;
      }),
    );
    expect(codes).toEqual(Array.from({ length: 10 }, () => 0));
    expect(storedOf()['refreshToken']).not.toBe(before[0]);
    await eventually(async () => {
      expect(await refreshesOf()).toBe(Number(before[1]) + 1);
    });
    expect(readdirSync(fileOf('sign-ins'))).toEqual(['default.json']);
  });

  it('are removed when the platform has ended the sign-in', async () => {
    await loginAs(owner);
    change({ expiresAtMs: 0, refreshToken: `${storedOf()['refreshToken']}x` });
    const { code, err } = await run('whoami');
    expect([code, err]).toEqual([
      1,
      'The sign-in of the context "default" has ended. Sign in again: coresdk login --context default',
    ]);
    expect(existsSync(fileOf('sign-ins/default.json'))).toBe(false);
    expect((await run('whoami')).err).toContain('You are signed out of the context "default".');
  });

  it('stay if the platform cannot be reached', async () => {
    await loginAs(owner);
    change({ expiresAtMs: 0, tokenEndpoint: 'http://127.0.0.1:9/v1/oauth/token' });
    const before = storedOf();
    const { code, err } = await run('whoami');
    expect([code, err]).toEqual([1, expect.stringContaining('http://127.0.0.1:9 cannot be reached')]);
    expect(storedOf()).toEqual(before);
  });

  it('are not sent to another address', async () => {
    await loginAs(owner);
    process.env['CPOD_URL'] = 'http://127.0.0.1:9';
    const { code, err } = await run('whoami');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`are for ${world.surface.url}, not for http://127.0.0.1:9`),
    ]);
  });

  it('are replaced if the access token was revoked, as after signing out on another machine', async () => {
    await loginAs(owner);
    await loginAs(owner, '--context', 'other');
    expect((await run('logout', '--context', 'other')).code).toBe(0);
    const before = storedOf();
    expect(await printed('whoami', '--context', 'default', '--only', 'id')).toBe(`${owner.id}\n`);
    expect(storedOf()['accessToken']).not.toBe(before['accessToken']);
  });

  it('end with the account', async () => {
    const person = await makeUser(world.core, world.tenant.id, { role: 'viewer' });
    await loginAs(person);
    await world.core.context.get(UsersPort).setStatus(systemContext('req-1', world.tenant.id), person.id, 'suspended');
    const { code, err } = await run('whoami');
    expect([code, err]).toEqual([1, expect.stringContaining('Sign in again: coresdk login --context default')]);
  });
});

describe('logout', () => {
  it('revokes the tokens and removes them', async () => {
    await loginAs(owner);
    const { accessToken, refreshToken, clientId, tokenEndpoint } = storedOf();
    expect(await run('logout')).toEqual({ code: 0, out: '', err: 'You are signed out of the context "default".\n' });
    expect(existsSync(fileOf('sign-ins/default.json'))).toBe(false);
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken ?? '', client_id: clientId ?? '' };
    expect((await fetch(tokenEndpoint ?? '', { method: 'POST', body: new URLSearchParams(form) })).status).toBe(400);
    const me = await fetch(`${world.surface.url}/v1/users/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(me.status).toBe(401);
    expect((await run('logout')).err).toBe('You were not signed in to the context "default".\n');
  });

  it('removes the tokens even if the platform cannot be reached, and says so', async () => {
    await loginAs(owner);
    change({ revocationEndpoint: 'http://127.0.0.1:9/v1/oauth/revoke' });
    const { code, err } = await run('logout');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(
        'removed from this machine, but the platform did not revoke it: http://127.0.0.1:9 cannot be reached',
      ),
    ]);
    expect(existsSync(fileOf('sign-ins/default.json'))).toBe(false);
  });
});

describe('contexts', () => {
  it('are listed, chosen, shown and deleted', async () => {
    expect((await run('context list')).err).toBe('There are no contexts. Create one: coresdk login\n');
    await loginAs(owner);
    await loginAs(member, '--context', 'as-member');
    expect(JSON.parse(await printed('context list', '--json'))).toEqual([
      expect.objectContaining({ name: 'default', isCurrent: false, signIn: 'browser', signedIn: true }),
      expect.objectContaining({ name: 'as-member', isCurrent: true, tenant: world.tenant.slug }),
    ]);
    expect(await printed('whoami', '--only', 'id')).toBe(`${member.id}\n`);
    expect(await printed('whoami', '--only', 'id', '--context', 'default')).toBe(`${owner.id}\n`);
    process.env['CPOD_CONTEXT'] = 'default';
    expect(await printed('whoami', '--only', 'id')).toBe(`${owner.id}\n`);
    expect(await printed('context show')).toMatch(/^name +default$/m);
    delete process.env['CPOD_CONTEXT'];
    await run('context use', 'default');
    expect(await printed('whoami', '--only', 'id')).toBe(`${owner.id}\n`);
    expect(await printed('context list')).toMatch(/^ +Name +URL[^\n]*\n\* +default/);
    expect((await run('context delete', 'default', '--yes')).code).toBe(0);
    expect(existsSync(fileOf('sign-ins/default.json'))).toBe(false);
    expect((await run('context use', 'default')).err).toContain('There is no context "default".');
    expect((await run('whoami')).err).toMatch(/^Credentials are missing\. Run "coresdk login", or set CPOD_API_KEY/);
  });

  it('can use an API key or an app, whose secrets stay in their files', async () => {
    const key = world.file('context-key', `${await world.tenant.issueToken()}\n`);
    await loginAs(owner, '--context', 'ci');
    expect((await run('login', ...options(), '--context', 'ci', '--api-key-file', key)).code).toBe(0);
    expect(readFileSync(fileOf('contexts.json'), 'utf8')).not.toContain(readFileSync(key, 'utf8').trim());
    // The sign-in that the key replaces has ended.
    expect(readdirSync(fileOf('sign-ins'))).toEqual([]);
    expect(await printed('api', '/v1/projects')).toContain('"items"');
    expect(await printed('context show', 'ci')).toMatch(new RegExp(`^signIn +api-key ${key}$`, 'm'));
    // A variable overrides the context.
    process.env['CPOD_API_KEY'] = 'cpod_unknown';
    expect((await run('api', '/v1/projects')).err).toContain(' 401 ');
  });

  it('without a control plane say how to add it', async () => {
    const key = world.file('context-key', await world.tenant.issueToken());
    await run('login', '--url', 'https://api.example.com', '--context', 'far', '--api-key-file', key);
    expect((await run('signing-keys list')).err).toContain('coresdk login --context far --control-plane-url <address>');
  });
});
