import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtPackage } from '../../test/support/built-package.js';

const MAX_BYTES = 30 * 1024;
const SUB_PATHS = [
  '',
  '/browser',
  '/events',
  '/express',
  '/session',
  '/session/express',
  '/session/next',
  '/testing',
  '/webhooks',
];

let sdk: string;
let consumer: string;

beforeAll(() => {
  sdk = builtPackage('sdk');
  consumer = mkdtempSync(path.join(tmpdir(), 'cpod-sdk-'));
  mkdirSync(path.join(consumer, 'node_modules/@cpod'), { recursive: true });
  symlinkSync(sdk, path.join(consumer, 'node_modules/@cpod/sdk'));
});

afterAll(() => rmSync(consumer, { recursive: true, force: true }));

const read = (file: string): string => readFileSync(path.join(sdk, file), 'utf8');
const files = (format: string, ending: string): readonly string[] =>
  readdirSync(path.join(sdk, 'dist', format), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join('dist', format, file));

/** Returns a module and all modules that it imports. */
function modulesOf(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, specifier = ''] of read(file).matchAll(/from '(\.{1,2}\/[^']+)'/g)) {
    modulesOf(path.join(path.dirname(file), specifier), found);
  }
  return found;
}

function run(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' }).trim();
}

describe('the package', () => {
  it('is at most 30 kB gzipped, unminified and with comments', () => {
    const text = [...modulesOf('dist/esm/main.js')].map(read).join('');
    expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('has no runtime dependencies and no Node.js code', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { readonly dependencies?: object };
    expect(dependencies).toBeUndefined();
    const imports = files('esm', '.js').flatMap((file) =>
      [...read(file).matchAll(/^(?:import|export)\b[^;'{]*(?:\{[^}]*\} )?from '([^'.][^']*)'|\bimport\('/gm)].map(
        ([, name]) => `${file}: ${name}`,
      ),
    );
    expect(imports).toEqual(['dist/esm/nest.js: @nestjs/common', 'dist/esm/session/nest.js: @nestjs/common']);
    const nodeWords = /(?<![.\w'"`])(process|Buffer|require|__dirname|global)\b(?!['"`:])/;
    const lines = files('esm', '.js').flatMap((file) => read(file).split('\n'));
    const code = lines.filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line));
    expect(code.filter((line) => nodeWords.test(line))).toEqual([]);
  });

  it('has no "any" in its types', () => {
    const types = files('esm', '.d.ts');
    expect(types.length).toBeGreaterThan(30);
    const lines = types.flatMap((file) =>
      read(file)
        .split('\n')
        .map((line) => `${file}: ${line}`),
    );
    const code = lines.filter((line) => !/: \s*(\*|\/\/|\/\*\*.*\*\/$)/.test(line));
    expect(code.filter((line) => /[:<|&,(\[]\s*any\b|\bany\[\]|as any\b/.test(line))).toEqual([]);
  });

  it.each(SUB_PATHS)('can be loaded as an ES module and as CommonJS: @cpod/sdk%s', (subPath) => {
    const name = `@cpod/sdk${subPath}`;
    const shown =
      'console.log(Object.keys(it).filter((key) => key !== "default" && key !== "__esModule").sort().join())';
    const esm = run(['--input-type=module', '-e', `import * as it from '${name}'; ${shown}`]);
    expect(esm).toMatch(/^[A-Za-z]+(,[A-Za-z]+)*$/);
    expect(run(['--no-experimental-require-module', '-e', `const it = require('${name}'); ${shown}`])).toBe(esm);
  });

  it('has types that compile in a strict project without DOM types, as an ES module and as CommonJS', () => {
    const program = `
      import { CpodClient, NotFoundError, type Project } from '@cpod/sdk';
      import { isOfType, subscribe } from '@cpod/sdk/events';
      import { callerOf, cpodGate } from '@cpod/sdk/express';
      import { createSessions, type Session } from '@cpod/sdk/session';
      import { cpodSession, requireSession } from '@cpod/sdk/session/express';
      import { nextSessions } from '@cpod/sdk/session/next';
      import { MemoryCpod } from '@cpod/sdk/testing';
      import { sign, verify } from '@cpod/sdk/webhooks';
      const cpod: CpodClient = CpodClient.fromEnv();
      export const all = [NotFoundError, isOfType, subscribe, callerOf, MemoryCpod, sign, verify, cpodGate(cpod, {})];
      const sessions = createSessions({ clientId: 'a', clientSecret: 'b', redirectUri: 'https://a.example/callback', keys: [] });
      export const session: Promise<Session | null> = sessions.read('');
      export const adapters = [cpodSession(sessions), requireSession(sessions), nextSessions];
      export const projects: Promise<Project[]> = cpod.projects.list({ status: 'active' }).all();
      // @ts-expect-error There is no such status.
      export const none = cpod.projects.list({ status: 'none' });
    `;
    const files = ['use.mts', 'use.cts'];
    for (const file of files) writeFileSync(path.join(consumer, file), program);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023'];
    const types = ['--types', 'node', '--typeRoots', path.join(sdk, '../node_modules/@types')];
    const tsc = path.join(sdk, '../node_modules/typescript/bin/tsc');
    expect(run([tsc, ...options, ...types, '--exactOptionalPropertyTypes', ...files])).toBe('');
  });

  it('runs without process or Buffer', () => {
    const program = `
      const { CpodClient } = await import('@cpod/sdk');
      const { verify } = await import('@cpod/sdk/webhooks');
      const log = console.log;
      // Node's own fetch needs Buffer to load and to read a response.
      await Response.json({}).text();
      delete globalThis.process; delete globalThis.Buffer;
      const bodies = { '/v1/oauth/token': '{"access_token":"t","expires_in":60}', '/v1/projects/a': '{"id":"a"}' };
      const fetch = async (url) => ({ ok: true, text: async () => bodies[new URL(url).pathname] });
      const client = new CpodClient({ clientId: 'ä', clientSecret: 'b', baseUrl: 'https://a.example', fetch });
      log((await client.projects.get('a')).id);
      log(await verify({ body: '', headers: {}, secret: 'whsec_x' }).catch(({ name }) => name));
      try { CpodClient.fromEnv() } catch ({ name }) { log(name) }
    `;
    expect(run(['--input-type=module', '-e', program]).split('\n')).toEqual([
      'a',
      'SignatureError',
      'ConfigurationError',
    ]);
  });
});
