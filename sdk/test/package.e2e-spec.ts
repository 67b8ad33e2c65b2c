import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes.js';
import { Installation } from '../../test/support/installation.js';
import {
  hasOldestNode,
  inBun,
  inDeno,
  inEdgeRuntime,
  inNode,
  inOldestNode,
  type Run,
} from '../../test/support/js-runtimes.js';
import { projectWith, testPublishedFiles } from '../../test/support/packed-package.js';
import { root } from '../../test/support/source-files.js';
import { CpodClient } from '../src/main.js';
import { sign } from '../src/webhooks.js';

const SCOPES = [...PLATFORM_SCOPES.keys()];
const GREETING = 'export default async ({ name }) => ({ greeting: `Hello, ${name}` });';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** An empty project with the packed package installed. */
let project: string;
let installation: Installation;
let connection: { readonly baseUrl: string; readonly clientId: string; readonly clientSecret: string };

beforeAll(async () => {
  project = projectWith(['sdk']);
  copyFileSync(path.join(__dirname, 'exercise.mjs'), path.join(project, 'exercise.mjs'));
  installation = await Installation.start({ layout: 'all' });
  const baseUrl = installation.backendUrl;
  const own = { clientId: 'app-admin', clientSecret: installation.secrets.adminSecret, scope: 'admin', baseUrl };
  const app = await new CpodClient(own).apps.register({ name: 'All', declared_scopes: SCOPES, default_scopes: SCOPES });
  connection = { baseUrl, clientId: app.client_id, clientSecret: app.client_secret ?? '' };
  const client = new CpodClient(connection);
  await client.skills.register('greet', { runtime: 'javascript', source: GREETING });
  for (const key of ['ONE', 'TWO', 'THREE']) await client.projects.create({ key, name: key });
});

afterAll(async () => {
  await installation?.remove();
  if (project) rmSync(project, { recursive: true, force: true });
});

testPublishedFiles('sdk');

describe('the quickstart in the README', () => {
  const quickstart = /```ts\n([\s\S]*?)```/.exec(readFileSync(path.join(root, 'sdk/README.md'), 'utf8'))?.[1] ?? '';

  it.each(['quickstart.mjs', 'quickstart.ts'])('runs as pasted against a real server, as %s', (name) => {
    writeFileSync(path.join(project, name), quickstart);
    const { baseUrl, clientId, clientSecret } = connection;
    const env = {
      PATH: process.env['PATH'],
      CPOD_BASE_URL: baseUrl,
      CPOD_CLIENT_ID: clientId,
      CPOD_CLIENT_SECRET: clientSecret,
    };
    const lines = execFileSync(process.execPath, [name], { cwd: project, env, encoding: 'utf8' }).split('\n');
    expect([lines.at(0), lines.at(-2)]).toEqual(['created ', 'succeeded ']);
  });

  it('runs with require', () => {
    const program = `const { CpodClient } = require('@cpod/sdk');
      new CpodClient(${JSON.stringify(connection)}).projects.list().all().then((all) => console.log(all.length));`;
    writeFileSync(path.join(project, 'program.cjs'), program);
    expect(execFileSync(process.execPath, ['program.cjs'], { cwd: project, encoding: 'utf8' })).toBe('3\n');
  });
});

describe('the same program against a real server', () => {
  const RUNTIMES: readonly (readonly [string, Run, 'module' | 'bundle'])[] = [
    ['Node.js', inNode, 'module'],
    ...(hasOldestNode ? [['Node.js 20', inOldestNode, 'module'] as const] : []),
    ['Bun', inBun, 'module'],
    ['Deno', inDeno, 'module'],
    ['an edge runtime', inEdgeRuntime, 'bundle'],
  ];

  it.each(RUNTIMES)(
    'gets a token, lists, decides, follows a stream and verifies a webhook in %s',
    async (_, run, kind) => {
      const file = path.join(project, `main-${kind}.mjs`);
      const body = '{"type":"coresdk.project.created"}';
      const message = { body, headers: await sign({ body, id: 'msg-1', secret: SECRET }) };
      const program = `
      import * as sdk from '@cpod/sdk';
      import { verify } from '@cpod/sdk/webhooks';
      import { exercise } from './exercise.mjs';
      const settings = ${JSON.stringify({ connection, message, secret: SECRET })};
      globalThis.result = exercise({ ...sdk, verify }, settings).then((found) => JSON.stringify(found));`;
      if (kind === 'module') writeFileSync(file, `${program}\nconsole.log(await globalThis.result);`);
      else await bundle(program, file);
      expect(JSON.parse(await run(project, file))).toEqual({
        tokenRequests: 1,
        projects: ['ONE', 'TWO', 'THREE'],
        decisions: [true, false],
        stream: ['created', 'succeeded'],
        output: { greeting: 'Hello, Ada' },
        error: [true, 404, true],
        aborted: 'AbortError',
        webhook: ['msg-1', 'SignatureError'],
      });
    },
  );
});

/** Bundles a program for a worker, which loads one script and has neither Node.js modules nor a DOM. */
async function bundle(program: string, outfile: string): Promise<void> {
  const stdin = { contents: program, resolveDir: project };
  await build({
    stdin,
    outfile,
    bundle: true,
    format: 'iife',
    platform: 'neutral',
    mainFields: [],
    logLevel: 'silent',
  });
}
