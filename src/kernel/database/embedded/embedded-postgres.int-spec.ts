import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transformFileSync } from '@swc/core';
import { Client, type QueryResultRow } from 'pg';
import { openEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres';
import { findPostmaster, stopPostmaster } from './postmaster';

const NODE_MODULES = resolve(__dirname, '../../../../node_modules');
const BUSY = `SELECT FROM pg_stat_activity WHERE usename = 'coresdk_owner' AND state = 'active'`;
const FAST = { fsync: 'off' };
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const { version } = JSON.parse(readFileSync(join(NODE_MODULES, PACKAGE, 'package.json'), 'utf8'));
const PROGRAMS_COPY = `/var/lib/coresdk/postgresql-${version}`;
const hadPrograms = existsSync(PROGRAMS_COPY);
const isRoot = process.getuid?.() === 0;

let scratch: string;
let compiled: string;
/** An installation after its first start. Tests that need such an installation copy it. */
let template: string;
let handles: EmbeddedPostgres[];
let children: ChildProcess[];
let lines: string[];

beforeAll(() => {
  compiled = mkdtempSync(join(tmpdir(), 'embedded-postgres-js-'));
  chmodSync(compiled, 0o755);
  for (const name of readdirSync(__dirname).filter((file) => file.endsWith('.ts') && !file.includes('spec'))) {
    const { code } = transformFileSync(join(__dirname, name), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(compiled, name.replace(/\.ts$/, '.js')), code, { mode: 0o644 });
  }
  cpSync(join(__dirname, 'platform-table.json'), join(compiled, 'platform-table.json'));
  symlinkSync(NODE_MODULES, join(compiled, 'node_modules'));
  writeFileSync(
    join(compiled, 'child.js'),
    `const { openEmbeddedPostgres } = require('./embedded-postgres');
     process.on('message', async ({ call, options }) => {
       const lines = [];
       try {
         if (call === 'stop') { await handle.stop(); process.send({}); process.disconnect(); return; }
         handle = await openEmbeddedPostgres({ ...options, log: (line) => lines.push(line) });
         process.send({ ...handle, lines });
       } catch (fault) { process.send({ fault: fault.message, lines }); }
     });
     let handle;`,
  );
});

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'embedded-postgres-template-'));
  chmodSync(template, 0o711);
  const made = await openEmbeddedPostgres({ dataDir: template, settings: FAST, log: () => undefined });
  await made.stop();
});

afterAll(() => {
  for (const folder of [compiled, template]) rmSync(folder, { recursive: true, force: true });
  if (!hadPrograms) rmSync(PROGRAMS_COPY, { recursive: true, force: true });
});

function installed(): string {
  const dataDir = join(scratch, 'data');
  execFileSync('cp', ['-a', template, dataDir]);
  return dataDir;
}

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  chmodSync(scratch, 0o711);
  handles = [];
  children = [];
  lines = [];
});

afterEach(async () => {
  await Promise.allSettled(handles.map((handle) => handle.stop()));
  for (const child of children.filter((each) => each.exitCode === null)) child.kill('SIGKILL');
  for (const dataDir of readdirSync(scratch).map((name) => join(scratch, name))) {
    const data = dataDirectoryOf(dataDir);
    if (data === undefined) continue;
    await stopPostmaster(data, () => undefined);
    if (data !== join(dataDir, 'postgres')) rmSync(resolve(data, '..'), { recursive: true, force: true });
  }
  rmSync(scratch, { recursive: true, force: true });
});

interface Opened {
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly adminUrl: string;
  readonly started: boolean;
  readonly lines: readonly string[];
  readonly fault?: string;
}

async function open(dataDir: string, settings: Record<string, string> = FAST): Promise<EmbeddedPostgres> {
  const handle = await openEmbeddedPostgres({ dataDir, settings, log: (line) => lines.push(line) });
  handles.push(handle);
  return handle;
}

/** Opens the database in another process, which leads a separate process group like a shell job. */
async function openInChild(
  dataDir: string,
  identity: { uid?: number; gid?: number } = {},
  code = compiled,
): Promise<{ readonly child: ChildProcess; readonly opened: Opened }> {
  const env = { PATH: '/usr/bin:/bin', MASTER_KEY: 'not for the server' };
  const child = fork(join(code, 'child.js'), { ...identity, env, detached: true, execArgv: [], cwd: '/' });
  children.push(child);
  return { child, opened: await ask<Opened>(child, { call: 'open', options: { dataDir, settings: FAST } }) };
}

async function ask<T>(child: ChildProcess, message: object): Promise<T> {
  child.send(message);
  const [answer] = await Promise.race([
    once(child, 'message'),
    // Not "exit", which can be emitted before the response has been read.
    once(child, 'disconnect').then(() => {
      throw new Error(`the child ended: ${child.exitCode ?? child.signalCode}`);
    }),
  ]);
  return answer as T;
}

async function killGroup(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  process.kill(-(child.pid ?? 0), signal);
  await gone;
}

async function query<Row extends QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client
    .query<Row>(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

function dataDirectoryOf(dataDir: string): string | undefined {
  const record = join(dataDir, 'postgres-control', 'location');
  return existsSync(record) ? resolve(dataDir, readFileSync(record, 'utf8')) : undefined;
}

async function postmasterPid(dataDir: string): Promise<number | undefined> {
  return (await findPostmaster(dataDirectoryOf(dataDir) ?? ''))?.pid;
}

async function until(condition: () => Promise<boolean>, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms`);
    await sleep(50);
  }
}

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('the embedded database on its first start and later starts', () => {
  it('creates a durable cluster with an owner and a restricted application role, and starts again on the same data', async () => {
    const dataDir = join(scratch, 'data');
    const first = await open(dataDir, {});
    expect(first.started).toBe(true);
    await query(first.ownerUrl, 'CREATE TABLE note (text text); INSERT INTO note VALUES ($$kept$$)');

    expect(
      await query(
        first.adminUrl,
        `SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles
      WHERE rolname LIKE 'coresdk%' ORDER BY 1`,
      ),
    ).toEqual(
      ['coresdk_app', 'coresdk_owner'].map((rolname) => ({
        rolname,
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
      })),
    );
    await expect(query(first.appUrl, 'SELECT * FROM note')).rejects.toThrow('permission denied');
    await expect(query(first.appUrl, 'CREATE TABLE mine (id int)')).rejects.toThrow('permission denied');
    await expect(query(first.appUrl, 'CREATE TEMP TABLE mine (id int)')).rejects.toThrow('permission denied');
    expect(
      await query(
        first.adminUrl,
        `SELECT name, setting FROM pg_settings WHERE name IN
      ('fsync', 'synchronous_commit', 'jit', 'listen_addresses', 'server_encoding', 'password_encryption') ORDER BY 1`,
      ),
    ).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'jit', setting: 'off' },
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'password_encryption', setting: 'scram-sha-256' },
      { name: 'server_encoding', setting: 'UTF8' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);

    await Promise.all([first.stop(), first.stop()]);
    expect(await postmasterPid(dataDir)).toBeUndefined();
    const later = await open(dataDir, {});
    expect(later.ownerUrl).toBe(first.ownerUrl);
    expect(await query(later.ownerUrl, 'SELECT text FROM note')).toEqual([{ text: 'kept' }]);
  });

  it("hides its passwords and does not receive this process's environment", async () => {
    const dataDir = join(scratch, 'data');
    const { child, opened } = await openInChild(dataDir);
    const pid = (await postmasterPid(dataDir)) ?? 0;
    const password = new URL(opened.adminUrl).password;
    expect(password).toHaveLength(43);
    const seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')).join();
    expect(seen).not.toContain('not for the server');
    for (const url of [opened.adminUrl, opened.ownerUrl, opened.appUrl]) {
      const secret = new URL(url).password;
      expect(seen + opened.lines.join() + readFileSync(join(dataDir, 'postgres.log'), 'utf8')).not.toContain(secret);
    }
    expect(mode(join(dataDir, 'postgres'))).toBe(0o700);
    expect(mode(join(dataDir, 'postgres-control'))).toBe(0o700);
    expect(mode(join(dataDir, 'postgres-control', 'credentials.json'))).toBe(0o600);
    expect(mode(join(dataDir, 'postgres.log'))).toBe(0o600);
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres-control', 'postgres.log']);
    await ask(child, { call: 'stop' });
  });

  it('uses a different port if its previous one is in use', async () => {
    const dataDir = installed();
    const first = await open(dataDir);
    const port = Number(new URL(first.appUrl).port);
    await first.stop();
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await open(dataDir);
      expect(new URL(second.appUrl).port).not.toBe(String(port));
      await query(second.appUrl, 'SELECT 1');
    } finally {
      squatter.close();
    }
  });

  it.each([
    ['through the socket next to its data', 'data', true],
    ['only through its port if the path is too long for a socket', 'deep'.repeat(20), false],
  ])('is reachable %s', async (_, name, hasSocket) => {
    const dataDir = join(scratch, name);
    execFileSync('cp', ['-a', template, dataDir]);
    const { adminUrl } = await open(dataDir);
    const sql = `SELECT client_addr IS NULL AS "isLocal" FROM pg_stat_activity WHERE pid = pg_backend_pid()`;
    expect(await query(adminUrl, sql)).toEqual([{ isLocal: hasSocket }]);
    await query(adminUrl.replace(/\?.*/, ''), 'SELECT 1');
    expect(existsSync(join(dataDir, 'postgres', `.s.PGSQL.${new URL(adminUrl).port}`))).toBe(hasSocket);
  });
});

describe('the embedded database when processes die', () => {
  it('survives kill -9 of the process group, and the next process owns and stops it', async () => {
    const dataDir = installed();
    const { child, opened } = await openInChild(dataDir);
    const pid = await postmasterPid(dataDir);
    await query(opened.ownerUrl, 'CREATE TABLE note (text text); INSERT INTO note VALUES ($$kept$$)');
    await killGroup(child, 'SIGKILL');

    const next = await open(dataDir);
    expect(next.started).toBe(false);
    expect(await postmasterPid(dataDir)).toBe(pid);
    expect(await query(next.ownerUrl, 'SELECT text FROM note')).toEqual([{ text: 'kept' }]);
    await next.stop();
    expect(await postmasterPid(dataDir)).toBeUndefined();
  });

  it('survives Ctrl-C in the terminal of the process that started it', async () => {
    const dataDir = installed();
    const { child } = await openInChild(dataDir);
    const pid = await postmasterPid(dataDir);
    await killGroup(child, 'SIGINT');
    await sleep(200);
    expect(pid).toBeDefined();
    expect(await postmasterPid(dataDir)).toBe(pid);
  });

  it('starts again on the same data after kill -9 of the process and the server', async () => {
    const dataDir = installed();
    const { child, opened } = await openInChild(dataDir);
    await query(opened.ownerUrl, 'CREATE TABLE note (text text); INSERT INTO note VALUES ($$kept$$)');
    const busy = query(opened.ownerUrl, 'SELECT count(*) FROM generate_series(1, 1000000000)').catch(() => undefined);
    await until(async () => (await query(opened.adminUrl, BUSY)).length === 1);
    const pid = (await postmasterPid(dataDir)) ?? 0;
    await killGroup(child, 'SIGKILL');
    process.kill(pid, 'SIGKILL');

    const next = await open(dataDir);
    expect(next.started).toBe(true);
    expect(next.ownerUrl).toBe(opened.ownerUrl);
    expect(await query(next.ownerUrl, 'SELECT text FROM note')).toEqual([{ text: 'kept' }]);
    await busy;
  });

  it('starts even if the PID of the dead server now belongs to a different process', async () => {
    const dataDir = installed();
    const first = await open(dataDir);
    const { port } = new URL(first.appUrl);
    await first.stop();
    // The bystander runs as the server's user. We could not signal another user's process, so it would never be mistaken for a server.
    const { uid, gid } = statSync(join(dataDir, 'postgres'));
    const bystander = fork(join(compiled, 'child.js'), { execArgv: [], cwd: '/', ...(isRoot && { uid, gid }) });
    children.push(bystander);
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    writeFileSync(
      pidFile,
      [bystander.pid, join(dataDir, 'postgres'), '1700000000', '5432', '', '127.0.0.1'].join('\n'),
    );
    writeFileSync(join(dataDir, 'postgres', `.s.PGSQL.${port}.lock`), `${bystander.pid}\n`);
    const next = await open(dataDir);
    expect(next.started).toBe(true);
    expect(new URL(next.appUrl).port).toBe(port);
    expect(bystander.exitCode).toBeNull();
  });

  it('restarts on the same port if it crashes while its owner is running', async () => {
    const dataDir = installed();
    const handle = await open(dataDir);
    const pid = (await postmasterPid(dataDir)) ?? 0;
    process.kill(pid, 'SIGKILL');
    await until(() =>
      query(handle.appUrl, 'SELECT 1').then(
        () => true,
        () => false,
      ),
    );
    expect(await postmasterPid(dataDir)).not.toBe(pid);
    expect(lines.join('\n')).toMatch(/exited unexpectedly.*\n.*running again on 127\.0\.0\.1/);
  });

  it('is taken over by a different process when its owner is killed', async () => {
    const dataDir = installed();
    const { child } = await openInChild(dataDir);
    const handle = await open(dataDir);
    await killGroup(child, 'SIGKILL');
    process.kill((await postmasterPid(dataDir)) ?? 0, 'SIGKILL');
    await until(() =>
      query(handle.appUrl, 'SELECT 1').then(
        () => true,
        () => false,
      ),
    );
    expect(lines.join('\n')).toContain('the previous supervisor is gone');
  });
});

describe('several processes', () => {
  it('share one server when they start simultaneously', async () => {
    const dataDir = join(scratch, 'data');
    const all = await Promise.all([openInChild(dataDir), openInChild(dataDir), openInChild(dataDir)]);
    expect(all.map(({ opened }) => opened.fault)).toEqual([undefined, undefined, undefined]);
    expect(all.filter(({ opened }) => opened.started)).toHaveLength(1);
    expect(new Set(all.map(({ opened }) => opened.appUrl)).size).toBe(1);
    await Promise.all(all.map(({ child }) => ask(child, { call: 'stop' })));
    expect(await postmasterPid(dataDir)).toBeUndefined();
  });

  it('keep the server running until the last of them stops, whichever of them started it', async () => {
    const dataDir = installed();
    const { child: owner } = await openInChild(dataDir);
    const { child: other, opened } = await openInChild(dataDir);
    const { child: visitor } = await openInChild(dataDir);
    await ask(visitor, { call: 'stop' });
    await ask(owner, { call: 'stop' });
    expect(await query(opened.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await ask(other, { call: 'stop' });
    expect(await postmasterPid(dataDir)).toBeUndefined();
  });
});

describe('openEmbeddedPostgres', () => {
  it('refuses data of a different major version and changes nothing', async () => {
    const dataDir = join(scratch, 'data');
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(open(dataDir)).rejects.toThrow(
      /written by PostgreSQL 17, but this release runs 18; no data was changed/,
    );
    expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['PG_VERSION']);
  });

  it('refuses a folder with unrelated files and a DATA_DIR that is a file', async () => {
    const dataDir = join(scratch, 'data');
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'letter.txt'), '');
    await expect(open(dataDir)).rejects.toThrow(/contains files but no PostgreSQL data/);
    await expect(open(join(dataDir, 'postgres', 'letter.txt'))).rejects.toThrow(/choose a different DATA_DIR/);
  });

  it('tells the operator to restore a lost password file', async () => {
    const dataDir = installed();
    await (await open(dataDir)).stop();
    rmSync(join(dataDir, 'postgres-control', 'credentials.json'));
    await expect(open(dataDir)).rejects.toThrow(/credentials\.json\) are missing: restore that file/);
  });

  it('includes the server output if a setting is invalid', async () => {
    await expect(open(installed(), { ...FAST, shared_buffers: 'plenty' })).rejects.toThrow(
      /could not start.*shared_buffers/s,
    );
  });

  it('asks for DATABASE_URL on a machine without binaries', async () => {
    const arch = Object.getOwnPropertyDescriptor(process, 'arch') ?? {};
    Object.defineProperty(process, 'arch', { ...arch, value: 'riscv64' });
    await expect(open(join(scratch, 'data'))).rejects.toThrow(
      /no embedded database is available for this machine.*DATABASE_URL/s,
    );
    Object.defineProperty(process, 'arch', arch);
  });
});

/** Copies the code into a folder where the binaries package lacks the links that its install script creates. */
function checkoutWithoutLinks(folder: string): string {
  cpSync(compiled, folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const modules = join(folder, 'node_modules');
  cpSync(join(NODE_MODULES, PACKAGE), join(modules, PACKAGE), { recursive: true, verbatimSymlinks: true });
  for (const entry of readdirSync(join(modules, PACKAGE, 'native/lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) rmSync(join(modules, PACKAGE, 'native/lib', entry.name));
  }
  symlinkSync(join(NODE_MODULES, 'pg'), join(modules, 'pg'));
  return folder;
}

it('creates the links of the binaries package if npm blocked its install script', async () => {
  const checkout = checkoutWithoutLinks(join(scratch, 'checkout'));
  const { child, opened } = await openInChild(join(scratch, 'data'), {}, checkout);
  expect(opened.fault).toBeUndefined();
  const lib = join(checkout, 'node_modules', PACKAGE, 'native/lib');
  expect(readlinkSync(join(lib, 'libpq.so.5'))).toBe('libpq.so.5.18');
  await ask(child, { call: 'stop' });
});

(isRoot ? describe : describe.skip)('as root', () => {
  const NOBODY = { uid: 65_534, gid: 65_534 };

  it('stores the data in a folder that the server can access if DATA_DIR is in a private folder', async () => {
    const home = join(scratch, 'home');
    mkdirSync(home, { mode: 0o700 });
    const dataDir = join(home, 'data');
    const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
    const checkout = checkoutWithoutLinks(join(home, 'checkout'));
    try {
      const { child, opened } = await openInChild(dataDir, {}, checkout);
      expect(opened.fault).toBeUndefined();
      expect(opened.lines.join('\n')).toContain(`data is in /var/lib/coresdk/${hash}/postgres`);
      await query(opened.ownerUrl, 'CREATE TABLE note (text text)');
      await ask(child, { call: 'stop' });
      expect(mode(home)).toBe(0o700);
      expect(mode(`/var/lib/coresdk/${hash}/postgres`)).toBe(0o700);
      expect(statSync(`/var/lib/coresdk/${hash}/postgres`).uid).not.toBe(0);

      // The chosen location stays in use, even if the folder becomes accessible later.
      chmodSync(home, 0o711);
      const again = await open(dataDir);
      expect(await query(again.ownerUrl, 'SELECT text FROM note')).toEqual([]);
      await again.stop();
    } finally {
      const data = dataDirectoryOf(dataDir);
      if (data !== undefined) await stopPostmaster(data, () => undefined);
      rmSync(`/var/lib/coresdk/${hash}`, { recursive: true, force: true });
    }
  });

  it('runs as an ordinary user with a read-only checkout, and root later uses the data as that user', async () => {
    const checkout = checkoutWithoutLinks(join(scratch, 'checkout'));
    const dataDir = join(scratch, 'data');
    mkdirSync(dataDir, { mode: 0o700 });
    chownSync(dataDir, NOBODY.uid, NOBODY.gid);
    const { child, opened } = await openInChild(dataDir, NOBODY, checkout);
    expect(opened.fault).toBeUndefined();
    expect(opened.lines.join('\n')).toMatch(/copying its programs to .*postgres-control\/postgresql-18/);
    await ask(child, { call: 'stop' });

    await (await open(dataDir)).stop();
    for (const name of readdirSync(dataDir)) expect(statSync(join(dataDir, name)).uid).toBe(NOBODY.uid);
    const { child: back, opened: reopened } = await openInChild(dataDir, NOBODY, checkout);
    expect(reopened.fault).toBeUndefined();
    await ask(back, { call: 'stop' });
  });

  it("explains the missing access to another user's data", async () => {
    const dataDir = installed();
    await (await open(dataDir)).stop();
    const { opened } = await openInChild(dataDir, NOBODY);
    expect(opened.fault).toMatch(/EACCES.*(write access|choose a different DATA_DIR)/s);
  });
});
