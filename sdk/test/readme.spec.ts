import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtPackage } from '../../test/support/built-package.js';

const root = path.resolve(__dirname, '../..');

interface Block {
  /** The block's document and its position in the document, such as `README.md:3`. */
  readonly name: string;
  readonly code: string;
}

/** The TypeScript blocks of the documents, in order. */
const blocks: readonly Block[] = ['README.md', 'sdk/README.md'].flatMap((file) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ''], index) => ({
    name: `${file}:${index + 1}`,
    code,
  })),
);

/** The declarations that the blocks expect from the surrounding program. */
const AROUND = `
  import type { CpodClient, TokenSet } from '@cpod/sdk';
  import type { Express } from 'express';
  declare global {
    const cpod: CpodClient;
    const app: Express;
    const [token, clientId, clientSecret, redirectUri, callbackUrl, rawBody, saved]: string[];
    const request: { readonly headers: Readonly<Record<string, string>> };
    const secret: string;
    function save(kept: TokenSet | string): Promise<void>;
    function handle(event: unknown): Promise<void>;
    function approve(client: CpodClient, id: number): Promise<void>;
  }
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpod-readme-'));
  mkdirSync(path.join(folder, 'node_modules/@cpod'), { recursive: true });
  symlinkSync(builtPackage('sdk'), path.join(folder, 'node_modules/@cpod/sdk'));
  // Links these packages as if the project had installed them.
  for (const name of ['@nestjs', '@opentelemetry', '@types', 'express']) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name));
  }
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the TypeScript in the documentation compiles in a strict project', () => {
  const files = blocks.map(({ name, code }) => {
    const file = `${name.replaceAll(/\W/g, '-')}.ts`;
    writeFileSync(path.join(folder, file), `${code}\nexport {};\n`);
    return file;
  });
  writeFileSync(path.join(folder, 'around.ts'), AROUND);
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, skipLibCheck: true };
  const more = { exactOptionalPropertyTypes: true, experimentalDecorators: true, types: ['node', 'jest'] };
  const config = { compilerOptions: { ...compilerOptions, ...more }, files: [...files, 'around.ts'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

/** Runs a block against an in-memory backend that allows everything. */
function run(name: string, before = '', after = ''): string {
  const code = blocks.find((block) => block.name === name)?.code ?? `throw new Error('There is no block ${name}.')`;
  const program = `
    import { MemoryCpod as Memory } from '@cpod/sdk/testing';
    const memory = new Memory().allow('*').setToken('caller', { sub: 'usr-1' });
    memory.answer('POST', '/v1/oauth/token', () => ({ status: 200, json: { access_token: 't', expires_in: 60 } }));
    memory.setSkill('greet', ({ name }) => ({ greeting: 'Hello, ' + name }));
    globalThis.fetch = memory.fetch;
    Object.assign(process.env, { CPOD_API_KEY: 'cpod_1', CPOD_BASE_URL: 'http://localhost' });
    ${before}
    ${code}
    ${after}`;
  const file = path.join(folder, `run-${name.replaceAll(/\W/g, '-')}.ts`);
  writeFileSync(file, program);
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' }).trim();
}

describe('the code blocks of the SDK documentation', () => {
  it('run a skill, follow its job and request a decision', () => {
    const out = run('README.md:1', "const token = 'caller';", 'console.log(allowed);');
    expect(out.split('\n')).toEqual(['created', 'started', 'succeeded', 'true']);
  });

  it('wait for the output of a job', () => {
    expect(run('sdk/README.md:1', '', 'console.log(status, output);')).toMatch(
      /completed \{ greeting: 'Hello, Ada' \}$/,
    );
  });

  it('authorize an action, and throw during an outage', () => {
    const before = "const token = 'caller', cpod = memory.client;";
    expect(run('sdk/README.md:2', before, 'console.log(allowed, reason);')).toBe('true');
    const refused = `${before} process.on('uncaughtException', ({ name }) => console.log(name)); memory.outage();`;
    expect(run('sdk/README.md:2', refused, 'console.log(allowed);')).toBe('UnavailableError');
  });

  it('accept only a webhook with a valid signature', () => {
    const before = (secret: string): string => `
      import { sign } from '@cpod/sdk/webhooks';
      const secret = process.env.WEBHOOK_SECRET = 'whsec_' + btoa('a secret of the receiver'), rawBody = '{"type":"coresdk.project.created"}';
      const headers = await sign({ body: rawBody, id: 'msg-1', secret: ${secret} });
      const request = { headers };
      process.on('uncaughtException', ({ name }) => console.log(name));`;
    const after = 'console.log(id, event.type);';
    expect(run('sdk/README.md:7', before('secret'), after)).toBe('msg-1 coresdk.project.created');
    expect(run('sdk/README.md:7', before("'whsec_' + btoa('a secret of somebody else')"), after)).toBe(
      'SignatureError',
    );
  });

  it('test an application against the in-memory backend', () => {
    const before = `
      import { expect } from ${JSON.stringify(path.join(root, 'node_modules/expect/build/index.mjs'))};
      const approve = (client, id) => client.audit.emit({ action: 'invoice.approved', resource: 'invoice/' + id });`;
    expect(run('sdk/README.md:8', before, "console.log('passed');")).toBe('passed');
  });

  it('log every attempt, including the token request', () => {
    const before = "memory.answer('GET', '/v1/tenants/current', () => ({ status: 200, json: { id: 'tnt-1' } }));";
    const lines = run('sdk/README.md:9', before, 'console.log(me.id);').split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^POST \/v1\/oauth\/token 200 /),
      expect.stringMatching(/^GET \/v1\/tenants\/current 200 /),
      'tnt-1',
    ]);
  });

  it('send the trace context with every attempt', () => {
    const before = `
      const show = (...values) => console.log(...values);
      const inject = (active, carrier, setter) => setter.set(carrier, 'traceparent', '00-a-b-01');
      propagation.setGlobalPropagator({ inject, extract: (active) => active, fields: () => [] });
      memory.answer('GET', '/v1/tenants/current', () => ({ status: 200, json: { id: 'tnt-1' } }));
      const send = memory.fetch;
      globalThis.fetch = (url, init) => (show(init.headers.get('traceparent')), send(url, init));`;
    expect(run('sdk/README.md:10', before, 'console.log(me.id);').split('\n')).toEqual([
      '00-a-b-01',
      '00-a-b-01',
      'tnt-1',
    ]);
  });
});
