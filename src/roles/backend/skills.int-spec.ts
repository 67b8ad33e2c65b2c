import { randomUUID } from 'node:crypto';
import { openBackend } from '../../../test/support/backend';
import { call, type Call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { newUlid } from '../../kernel/ids/ids';
import type { Page } from '../../kernel/lists/page';
import type {
  RegisteredSkill,
  SigningSecret,
  Skill,
  SkillVersion,
  WholeSkillVersion,
} from '../../modules/skills/contract/skills.types';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openBackend>>;
let a: TestTenant;
let b: TestTenant;
let tokenA: string;
let tokenB: string;

const SCOPE = 'skills.read skills.write skills.run files.read flags.read';
const tokenOf = async (tenant: TestTenant, scope = SCOPE): Promise<string> =>
  signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), scope });

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openBackend(core);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  [tokenA, tokenB] = [await tokenOf(a), await tokenOf(b)];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const ask = <T = ErrorMembers>(at: string, options: Call = {}, token = tokenA) =>
  call<T>(`${surface.url}/v1/skills${at}`, { token, ...options });
const code = (result: unknown) => ({
  runtime: 'javascript',
  source: `export default () => (${JSON.stringify(result)})`,
});
const put = <T = RegisteredSkill>(name: string, json: unknown, options: Call = {}, token = tokenA) =>
  ask<T>(`/${name}`, { method: 'PUT', json, ...options }, token);

let names = 0;
/** Returns an unused name. */
const fresh = (): string => `skill-${(names += 1)}`;
/** Creates a skill with one version for each result. */
async function make(...results: unknown[]): Promise<string> {
  const name = fresh();
  for (const result of results) expect((await put(name, code(result))).status).toBe(200);
  return name;
}

describe('a version', () => {
  it('is registered with the next number and the hash of its content, and never changes', async () => {
    const name = fresh();
    const first = await put(name, { ...code(1), description: 'One', inputSchema: { type: 'object' } });
    expect(first.body).toMatchObject({
      name,
      version: 1,
      isNew: true,
      description: 'One',
      runtime: 'javascript',
      inputSchema: { type: 'object' },
      outputSchema: true,
      aliases: {},
      revision: 1,
      signingSecret: null,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const second = await put(name, code(2));
    expect(second.body).toMatchObject({ version: 2, isNew: true, revision: 2 });
    expect(second.body.hash).not.toBe(first.body.hash);
    const { body } = await ask<WholeSkillVersion>(`/${name}/versions/1`);
    expect(body).toMatchObject({ version: 1, hash: first.body.hash, definition: code(1) });
    const update = `UPDATE skills.versions SET hash = 'x' WHERE name = $1`;
    await expect(queryAs(database.adminUrl, update, [name])).rejects.toThrow('never changes');
  });

  it('with the same content is not registered again', async () => {
    const name = await make(1);
    expect((await put(name, code(1))).body).toMatchObject({ version: 1, isNew: false, revision: 1 });
    expect((await put(name, code(2))).body.version).toBe(2);
    const again = await put(name, code(1));
    expect(again.body).toMatchObject({ version: 3, isNew: true });
  });

  it('is registered only if the caller knows the latest revision', async () => {
    const name = await make(1);
    const { headers } = await ask(`/${name}`);
    const tag = headers.get('etag') ?? '';
    expect((await put(name, code(2), { headers: { 'If-Match': tag } })).status).toBe(200);
    expectError(await put(name, code(3), { headers: { 'If-Match': tag } }), 412, 'precondition_failed');
    expect((await ask(`/${name}`, { headers: { 'If-None-Match': '"2"' } })).status).toBe(304);
  });

  it('in TypeScript runs unchanged, line for line', async () => {
    const name = fresh();
    const source = 'type In = { a: number };\nexport default (i: In): number =>\n  i.a satisfies number;\n';
    expect((await put(name, { runtime: 'javascript', language: 'typescript', source })).status).toBe(200);
    const [row] = await queryAs<{ code: Record<string, string> }>(
      database.adminUrl,
      'SELECT code FROM skills.versions WHERE name = $1',
      [name],
    );
    const lines = row?.code['main.ts']?.split('\n') ?? [];
    expect(lines[1]).toMatch(/^export default \(i {4}\) {8} =>$/);
  });

  it.each([
    'export default (text) => text.toUpperCase()',
    'export default async (input, { http }) => { await http; }',
    'const twice = (x) => 2 * x;\nexport { twice as default };',
    'export default class {}',
    'const later = await Promise.resolve(1);\nexport default () => later',
  ])('accepts any valid module: %s', async (source) => {
    expect((await put(fresh(), { runtime: 'javascript', source })).text).toContain('"version":1');
  });

  it.each<[string, object, string, RegExp]>([
    ['an invalid schema', { inputSchema: { type: 'strin' } }, '/inputSchema/type', /./],
    ['an external schema', { outputSchema: { $ref: 'https://example.com/s.json' } }, '/outputSchema', /example\.com/],
    [
      'a different dialect',
      { inputSchema: { $schema: 'http://json-schema.org/draft-07/schema#' } },
      '/inputSchema/$schema',
      /2020-12/,
    ],
    ['a pattern with look-ahead', { inputSchema: { pattern: '(?=a)b' } }, '/inputSchema', /look-around/],
    ['a schema that is too large', { inputSchema: { enum: ['x'.repeat(70_000)] } }, '/inputSchema', /65536/],
    [
      'a schema that is nested too deeply',
      { inputSchema: JSON.parse(`${'{"not":'.repeat(40)}{}${'}'.repeat(40)}`) as object },
      '/inputSchema',
      /32 levels/,
    ],
    ['invalid syntax', { source: 'const a = 1;\nexport default () => ;' }, '/source', /main\.js, line 2, column \d+/],
    ['invalid types', { language: 'typescript', source: 'let a: = 1' }, '/source', /main\.ts, line 1, column 8/],
    ['an enum', { language: 'typescript', source: 'enum A { B }' }, '/source', /enum/],
    ['endlessly nested source', { language: 'typescript', source: '('.repeat(200_000) }, '', /nested/],
    ['an import of a missing module', { source: 'import "./b.js"; export default 1' }, '/source', /b\.js/],
    ['no source', { source: undefined }, '/source', /either/],
    [
      'modules without a main module',
      { source: undefined, modules: { 'a.js': '' } },
      '/main',
      /does not name a module/,
    ],
    [
      'a path that leaves its modules',
      { source: undefined, modules: { '../main.js': '' } },
      '/modules/..~1main.js',
      /./,
    ],
    ['an unknown member', { colour: 'red' }, '/colour', /./],
    ['a wildcard for every host', { grants: { http: ['*'] } }, '/grants/http/0', /host/],
    [
      'a path that leaves its files',
      { grants: { files: [{ tier: 'shared', prefix: '../' }] } },
      '/grants/files/0/prefix',
      /segments/,
    ],
  ])('is rejected for %s', async (_name, members, pointer, words) => {
    const answer = await put<ErrorMembers>(fresh(), { ...code(1), ...members });
    expectError(answer, 400, 'invalid_request');
    const fault = answer.body.errors?.find((error) => error.pointer === pointer);
    expect([answer.body.errors, fault?.message]).toEqual([expect.anything(), expect.stringMatching(words)]);
  });

  it('is rejected for an invalid name or a name that the product uses', async () => {
    for (const name of ['1a', 'a.b', 'a%20b', 'x'.repeat(65)])
      expectError(await put(name, code(1)), 400, 'invalid_request');
    expectError(await put('access-review', code(1)), 409, 'conflict');
    expectError(await ask('/access-review', { method: 'DELETE' }), 409, 'conflict');
  });

  it('cannot be granted access that its caller does not have', async () => {
    const grants = { files: [{ tier: 'shared', access: 'write' }], flags: ['*'] };
    const answer = await put<ErrorMembers>(fresh(), { ...code(1), grants });
    expectError(answer, 403, 'forbidden');
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(['/grants/files/0']);
    expect((await put(fresh(), { ...code(1), grants: { ...grants, files: [{ tier: 'shared' }] } })).status).toBe(200);
  });
});

describe('an alias', () => {
  const alias = <T = Skill>(name: string, version: number, options: Call = {}) =>
    ask<T>(`/${name}/aliases/prod`, { method: 'PUT', json: { version }, ...options });

  it('names a version, and the previous version after a rollback', async () => {
    const name = await make(1, 2, 3);
    expect((await alias(name, 2)).body.aliases).toEqual({ prod: 2 });
    expect((await alias(name, 3)).body.aliases).toEqual({ prod: 3 });
    const back = await ask<Skill>(`/${name}/aliases/prod/rollback`, { method: 'POST' });
    expect(back.body.aliases).toEqual({ prod: 2 });
    expect(back.headers.get('etag')).toBe(`"${back.body.revision}"`);
    const { body } = await ask<Page<SkillVersion>>(`/${name}/versions`);
    expect(body.items.map(({ version, aliases }) => [version, aliases])).toEqual([
      [3, []],
      [2, ['prod']],
      [1, []],
    ]);
  });

  it('cannot be set, rolled back or removed without a valid version', async () => {
    const name = await make(1);
    expectError(await alias(name, 7), 404, 'not_found');
    expectError(await ask(`/${name}/aliases/prod/rollback`, { method: 'POST' }), 404, 'not_found');
    await alias(name, 1);
    expectError(await ask(`/${name}/aliases/prod/rollback`, { method: 'POST' }), 409, 'conflict');
    expectError(await alias(name, 1, { headers: { 'If-Match': '"1"' } }), 412, 'precondition_failed');
    expectError(await ask(`/${name}/aliases/Prod!`, { method: 'PUT', json: { version: 1 } }), 400, 'invalid_request');
    expect((await ask<Skill>(`/${name}/aliases/prod`, { method: 'DELETE' })).body.aliases).toEqual({});
    expectError(await ask(`/${name}/aliases/prod`, { method: 'DELETE' }), 404, 'not_found');
  });
});

describe('skills', () => {
  it('are listed by name in pages, including the skills of the product and excluding the skills of other tenants', async () => {
    const mine = [await make(1), await make(2), await make(3)];
    await put('zeta-of-b', code(1), {}, tokenB);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const at: string = `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const { body }: { readonly body: Page<Skill> } = await ask<Page<Skill>>(at);
      seen.push(...body.items.map(({ name }) => name));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...seen].sort());
    expect(seen).toEqual(expect.arrayContaining([...mine, 'access-review', 'license-optimisation']));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).not.toContain('zeta-of-b');
    const { body } = await ask<Page<Skill> & { readonly total: number }>('?runtime=builtin&include=total&sort=-name');
    expect([body.items.map(({ name }) => name), body.total]).toEqual([['license-optimisation', 'access-review'], 2]);
  });

  it('of a different tenant are not found', async () => {
    const name = await make(1);
    for (const [at, options] of [
      [`/${name}`, {}],
      [`/${name}`, { method: 'DELETE' }],
      [`/${name}/versions`, {}],
      [`/${name}/versions/1`, {}],
      [`/${name}/aliases/prod`, { method: 'PUT', json: { version: 1 } }],
    ] as const) {
      expectError(await ask(at, options, tokenB), 404, 'not_found');
    }
    expect((await put(name, code('b'), {}, tokenB)).body.version).toBe(1);
    expect((await ask<Skill>(`/${name}`)).body.version).toBe(1);
  });

  it('are deleted with all their data', async () => {
    const name = await make(1, 2);
    expectError(
      await ask(`/${name}`, { method: 'DELETE', headers: { 'If-Match': '"1"' } }),
      412,
      'precondition_failed',
    );
    expect((await ask(`/${name}`, { method: 'DELETE' })).status).toBe(204);
    expectError(await ask(`/${name}`), 404, 'not_found');
    const left = await queryAs(database.adminUrl, 'SELECT FROM skills.versions WHERE name = $1', [name]);
    expect(left).toEqual([]);
  });

  it('require their scopes', async () => {
    const reader = await tokenOf(a, 'skills.read');
    expect((await ask('', {}, reader)).status).toBe(200);
    expectError(await put(fresh(), code(1), {}, reader), 403, 'forbidden');
    expectError(await ask('', {}, await tokenOf(a, 'skills.run')), 403, 'forbidden');
  });
});

describe('a skill of the runtime http', () => {
  const http = { runtime: 'http', url: 'https://skills.example.com/greet' };

  it('shows its secret only once, at creation and after a rotation', async () => {
    const name = fresh();
    const first = await put(name, http);
    expect(first.body.signingSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await put(name, { ...http, description: 'x' })).body.signingSecret).toBeNull();
    const key = { 'Idempotency-Key': randomUUID() };
    const rotate = () =>
      ask<SigningSecret>(`/${name}/rotate-secret`, { method: 'POST', json: { overlapSeconds: 60 }, headers: key });
    const rotated = await rotate();
    expect(rotated.body.signingSecret).not.toBe(first.body.signingSecret);
    expect((await rotate()).body).toEqual(rotated.body);
    expect((await ask(`/${name}/versions/1`)).text).not.toContain('whsec_');
    expectError(await ask(`/${await make(1)}/rotate-secret`, { method: 'POST', json: {} }), 409, 'conflict');
  });

  it.each([
    'http://skills.example.com/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://a:b@example.com/',
    'https://metadata.internal/',
  ])('must have the URL of a public host: %s', async (url) => {
    const answer = await put<ErrorMembers>(fresh(), { ...http, url });
    expectError(answer, 400, 'invalid_request');
    expect(answer.body.errors?.[0]?.pointer).toBe('/url');
  });
});
