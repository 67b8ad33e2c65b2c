import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../support/browser-form';
import { COMPILE_CACHE } from '../support/compile-cache';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';
import { RoleProcess } from '../support/role-process';

/** Returns a document's bash blocks, in order: the README's are everything that a newcomer pastes after `npm start`. */
function pastedCommands(document = 'README.md'): string {
  const text = readFileSync(path.resolve(__dirname, '../..', document), 'utf8');
  return [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
}

/** The time limit of a shell. It ends before Jest's own timeout, so that the output is shown. */
const PASTE_LIMIT_MS = 270_000;

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Pastes a script into a shell. Opens the first sign-in address that it prints, as a browser would. */
async function paste(
  script: string,
  { folder: cwd, environment }: { folder: string; environment: Readonly<Record<string, string>> },
  open: (url: string) => Promise<void>,
): Promise<Run> {
  const env = { ...process.env, ...COMPILE_CACHE, ...environment };
  // Bash reads the system's bashrc when its input is a socket, as that of a child process is.
  const shell = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd, env, detached: true });
  // Includes all its children: one that waits for the browser would keep its output open.
  const kill = (): boolean => shell.pid !== undefined && process.kill(-shell.pid, 'SIGKILL');
  const late = setTimeout(kill, PASTE_LIMIT_MS);
  let [stdout, stderr] = ['', ''];
  const opened: Promise<unknown>[] = [];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const url = /http:[^\s"]+\/oauth\/authorize\?\S+(?=\n)/.exec(stdout)?.[0];
    if (url !== undefined && opened.length === 0) opened.push(open(url).catch((fault: unknown) => (kill(), fault)));
  });
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = (await once(shell, 'close')) as [number | null];
  clearTimeout(late);
  expect(await Promise.all(opened)).toEqual([undefined]);
  return { status, stdout, stderr };
}

/** Signs in at the address as the owner of the first start, consents, and is redirected to the app. */
async function signInAsOwner(url: string, password: string): Promise<void> {
  const { origin, pathname, search } = new URL(url);
  const browser = new CookieBrowser(origin);
  const location = ({ headers }: PageAnswer): string => headers.get('location') ?? '';
  const fields = hiddenFields(await browser.get(pathname + search));
  const signedIn = await browser.post('/oauth/sign-in', { ...fields, email: 'admin@example.com', password });
  const consent = hiddenFields(await browser.get(location(signedIn)));
  const callback = location(await browser.post('/oauth/consent', { ...consent, decision: 'allow' }));
  // The address is printed a moment before the app listens for the answer.
  const answer = await eventually(() => fetch(callback));
  expect(await answer.text()).toBe('Back to the terminal.');
}

describe('the README', () => {
  let folder: string;
  let program: RoleProcess;
  let backend: string;
  let controlPlane: string;
  let redirect: string;
  let opa: string;
  let standalone: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'coresdk-readme-')));
    await chmod(folder, 0o711);
    const [port, controlPlanePort, sidecar, health, callback, opaPort, standalonePort] = await freePorts(7);
    opa = `127.0.0.1:${opaPort}`;
    standalone = `localhost:${standalonePort}`;
    backend = `http://localhost:${port}`;
    redirect = `http://127.0.0.1:${callback}/`;
    controlPlane = `http://localhost:${controlPlanePort}`;
    // Every setting has its default except the ports, which may be taken on this machine, and the address made of one.
    program = new RoleProcess(
      'all',
      {
        PORT: String(port),
        PUBLIC_URL: backend,
        CONTROL_PLANE_PORT: String(controlPlanePort),
        CORESDK_SIDECAR_ADDR: `127.0.0.1:${sidecar}`,
        CORESDK_OPA_ADDR: opa,
        CORESDK_SERVICE_TOKEN: 'service-token-of-the-readme',
        HEALTH_PORT: String(health),
      },
      folder,
    );
    // In the checkout npx finds the program by package.json; here, in the data folder, by its place among the packages.
    await mkdir(path.join(folder, 'node_modules/.bin'), { recursive: true });
    const commands = { coresdk: '../../scripts/coresdk.mjs', rego: '../../rego/dist/esm/cli/main.js' };
    for (const [name, file] of Object.entries(commands))
      await symlink(path.resolve(__dirname, file), path.join(folder, 'node_modules/.bin', name));
    program.launch();
    await program.untilReady();
  });

  afterAll(async () => {
    await program.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('has commands that work when pasted one after the other', async () => {
    const script = pastedCommands()
      .replace('http://localhost:8000', backend)
      .replace('http://localhost:8080', controlPlane)
      .replace('http://127.0.0.1:8765/', redirect);
    const password = readFileSync(path.join(folder, '.data/secrets/admin-password'), 'utf8').trim();
    const { environment } = program;
    const run = await paste(script, { folder, environment }, (url) => signInAsOwner(url, password));

    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('"key":"APOLLO"');
    expect(run.stdout).toContain('"active":true');
    expect(run.stdout).toMatch(/^Idempotent-Replayed: true/im);
    expect(run.stdout).toMatch(/"key":"GEMINI".*"status":"active".*"version":2/);
    expect(run.stdout).toMatch(/"error":"precondition_failed".*"status":412/);
    expect(run.stdout).toMatch(/"total":1\}$/m);
    expect(run.stdout).toContain('"pointer":"/colour"');
    expect(run.stdout).toMatch(/"email":"grace@example\.com".*"status":"active".*"total":1\}$/m);
    expect(run.stdout).toMatch(/"displayName":"Grace".*"role":"member".*"version":3/);
    expect(run.stdout).toMatch(/"dryRun":true,"rows":2,"imported":0,"faulty":1,"faults":\[\{"line":3,"member":"email"/);
    expect(run.stdout).toMatch(/"removed":false,"belongings":\[\{"what":"account"/);
    expect(run.stdout).toMatch(/^minutes$/m);
    expect(run.stdout).toMatch(/^The minutes of the meeting$/m);
    expect(run.stdout).toMatch(/"type":"coresdk\.project\.created"/);
    expect(run.stdout).toMatch(/"skill":"greet","version":"greet:2@.*"output":\{"greeting":"Goodbye, Ada"\}/);
    expect(run.stdout).toMatch(/"skill":"greet","version":"greet:1@.*"output":\{"greeting":"Hello, Ada"\}/);
    expect(run.stdout).toContain('"pointer":"/input/name"');
    expect(run.stdout).toMatch(/"resource":"http:[^"]+\/mcp","authorization_servers"/);
    expect(run.stdout).toMatch(/"tools":\[.*"name":"greet"/);
    expect(run.stdout).toMatch(/"structuredContent":\{.*"greeting":"Hello, Ada"/);
    expect(run.stdout).toContain('2 of 2 passed.');
    expect(run.stdout).toMatch(/^welcome:1@sha256:[0-9a-f]{64}$/m);
    expect(run.stdout).toContain('"greeting": "Hello, Grace!"');
    expect(run.stdout).toMatch(/"registration_client_uri":"http:[^"]+\/v1\/oauth\/register\/app-/);
    expect(run.stdout).toMatch(/^welcome\.yaml: sound$/m);
    expect(run.stdout).toMatch(/^created welcome wfl-\w+ version 1$/m);
    expect(run.stdout).toMatch(/^ {2}greet succeeded$/m);
    expect(run.stdout).toMatch(/^"(Hello|Goodbye), Ada"$/m);
    expect(run.stdout).toMatch(/^\{"jobId":"job-\w+"\}$/m);
    expect(run.stdout).toMatch(/"items":\[\],"nextCursor":null/);
    expect(run.stdout).toMatch(/^event: succeeded$/m);
    expect(run.stdout).toMatch(/^doubling 21$/m);
    expect(run.stdout).toMatch(/"kind":"double","status":"completed".*"output":42,/);
    expect(run.stdout).toMatch(
      /"name":"nightly","cron":"0 3 \* \* \*","timeZone":"Europe\/Berlin".*"paused":false,.*"nextAt":"/,
    );
    // Once for the revoked token, twice for a key and its token, once for the revoked grant.
    expect([...run.stdout.matchAll(/401$/gm)]).toHaveLength(4);
    expect(run.stdout).toContain('"email":"admin@example.com"');
    expect(run.stdout).toMatch(/"client_name":"Harbour".*"last_used_at":"/);
    expect(run.stdout).toContain('PASS: 2/2');
    expect(run.stdout).toMatch(/"version":1,.*"status":"active"/);
    expect(run.stdout).toContain('projects are frozen for the release');
    // One decision would differ without the freeze.
    expect(run.stdout).toMatch(/^1$/m);
    expect(run.stdout).toContain(
      '"key":"checkout","enabled":true,"value":true,"variant":"on","reason":"TARGETING_MATCH"',
    );
    expect(run.stdout).toMatch(
      /HTTP\/1.1 429 Too Many Requests\r\nRateLimit: "few-lists";r=0;t=\d+\r\nRetry-After: \d+/,
    );
    expect(run.stdout).toMatch(/"note":"Ask tok_[\w-]+, card \[REDACTED\]","password":"\[REDACTED\]"/);
    expect(run.stdout).toMatch(/"items":\[\{"token":"tok_[\w-]+","value":"ada@example.com"\}\]/);
    expect(run.stdout).toContain('"value":"correct horse"');
    expect(run.stdout).toMatch(/OK coresdk-audit\/tnt-\w+: records 0 to \d+ are as they were written/);
    expect(run.stdout).toMatch(/^true$/m);
    expect(run.stdout).toContain('FAILED Record 6 was changed');
    expect(run.stdout).toMatch(/^katherine@example\.com$/m);
    expect(run.stdout).toMatch(/^Navigators$/m);
    expect(run.stdout).toContain('"rules":[{"role":"admin","group":"Navigators"}],"defaultRole":"member"');
    expect(run.stdout).toMatch(/^false$/m);
    expect(run.stdout).toMatch(/^0 failed, \d+ warnings?, \d+ in order/m);
  });

  it('has a page of the command line whose commands work', async () => {
    const script = pastedCommands('docs/command-line.md')
      .replace('http://localhost:8000', backend)
      .replace('http://localhost:8080', controlPlane);
    const { environment } = program;
    const run = await paste(script, { folder, environment }, () => Promise.reject(new Error('Nobody signs in.')));

    const said = [
      'Keep the client secret: it is shown this once.',
      'Keep the key: it is shown this once.',
      'app-operator is deleted.',
    ];
    expect([run.status, run.stderr.trim().split('\n')]).toEqual([0, said]);
    expect(run.stdout).toMatch(/^ID +SLUG +NAME +PLAN +STATUS +CREATEDAT\ntnt-\S+ +default /m);
    expect(run.stdout).toMatch(/^admin@example\.com$/m);
    expect(run.stdout).toMatch(/^description +from a pipe$/m);
    expect(run.stdout).toMatch(/^active +true$/m);
    expect(run.stdout).toMatch(/^\S+Z {2}succeeded$/m);
    expect(run.stdout).toContain('"greeting":"Hello, Ada!"');
    expect(run.stdout).toMatch(/^state +DISABLED$/m);
    expect(run.stdout).toMatch(/^revoked$/m);
  });

  it('has a guide for users of OPA whose commands work', async () => {
    const script = pastedCommands('docs/replace-opa.md')
      .replaceAll('http://localhost:8000', backend)
      .replaceAll('http://localhost:8080', controlPlane)
      .replaceAll('localhost:8181', standalone)
      .replaceAll('127.0.0.1:8181', opa);
    const { environment } = program;
    const run = await paste(script, { folder, environment }, () => Promise.reject(new Error('Nobody signs in.')));

    expect([run.status, run.stderr]).toEqual([0, '']);
    // By the server of the package, then by the sidecar.
    expect([...run.stdout.matchAll(/\{"result":true\}$/gm)]).toHaveLength(2);
    expect(run.stdout).toMatch(/^\{"result":\{"queries":\[\[\{"index":0/m);
    expect(run.stdout).toMatch(/"version":\d+,.*"status":"active"/);
  });

  it('tells the truth about what is printed at the first start', () => {
    expect(program.log).toMatch(/Admin client id\s+app-admin/);
    expect(program.log).toMatch(/Admin client secret\s+cs_/);
    expect(program.log).toMatch(/Owner\s+admin@example\.com/);
    expect(program.log).toMatch(/Owner's password\s+\S{32}/);
    expect(program.log).toMatch(/Control plane token\s+cpt_/);
  });
});
