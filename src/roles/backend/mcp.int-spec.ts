import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { openBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { call, expectError } from '../../../test/support/http-client';
import { callFor } from '../../../test/support/secrets';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { newUlid } from '../../kernel/ids/ids';
import { jobQuery } from '../../modules/jobs/contract/job-query.types';
import { JobsPort } from '../../modules/jobs/contract/jobs.port';

const ISSUER = 'http://localhost:8000';
const FOR_MCP = { aud: `${ISSUER}/mcp` };

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openBackend>>;
let a: TestTenant;
let token: string;
let agentToken: string;
const clients: Client[] = [];

const tokenOf = async (tenant: TestTenant, claims: object = {}): Promise<string> => {
  const scope = 'skills.read skills.write skills.run';
  return signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), scope, ...claims });
};

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  await core.context.init();
  surface = await openBackend(core);
  a = await makeTenant(core, 'a');
  token = await tokenOf(a);
  agentToken = await tokenOf(a, FOR_MCP);
  await put('add', {
    description: 'Adds two numbers.',
    source: 'export default ({ a, b }) => ({ sum: a + b })',
    inputSchema: { type: 'object', required: ['a', 'b'], properties: { a: { type: 'number' }, b: { type: 'number' } } },
    outputSchema: { type: 'object', required: ['sum'], properties: { sum: { type: 'number' } } },
  });
  await put('shout', {
    source: 'export default (text) => text.toUpperCase()',
    inputSchema: { $ref: '#/$defs/text', $defs: { text: { type: 'string' } } },
    outputSchema: { type: 'string' },
  });
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

async function put(name: string, members: object): Promise<void> {
  const json = { runtime: 'javascript', ...members };
  const answer = await call(`${surface.url}/v1/skills/${name}`, { method: 'PUT', token, json });
  expect(answer.status === 200 ? '' : answer.text).toBe('');
}

async function connect(bearer = agentToken): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  const headers = { authorization: `Bearer ${bearer}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${surface.url}/mcp`), { requestInit: { headers } }));
  return client;
}

describe('a client of the Model Context Protocol', () => {
  it('finds the skills as tools with their schemas', async () => {
    const { tools } = await (await connect()).listTools();
    expect(tools.map(({ name }) => name)).toEqual(['access-review', 'add', 'license-optimisation', 'shout']);
    expect(tools.find(({ name }) => name === 'add')).toMatchObject({
      description: 'Adds two numbers.',
      inputSchema: { type: 'object', required: ['a', 'b'] },
      outputSchema: { type: 'object', required: ['sum'] },
    });
  });

  it('calls skills and receives their output', async () => {
    const client = await connect();
    await client.listTools();
    expect(await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).toEqual({
      content: [{ type: 'text', text: '{"sum":3}' }],
      structuredContent: { sum: 3 },
    });
    expect(await client.callTool({ name: 'shout', arguments: { input: 'hi' } })).toMatchObject({
      structuredContent: { result: 'HI' },
    });
  });

  it('receives errors that a model can correct', async () => {
    const client = await connect();
    expect(await client.callTool({ name: 'add', arguments: { a: 'x' } })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('/input') as string }],
    });
    await put('broken', { source: 'export default () => { throw new Error("no such thing") }' });
    expect(await client.callTool({ name: 'broken' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('no such thing') as string }],
    });
    await expect(client.callTool({ name: 'nothing' })).rejects.toThrow('no tool "nothing"');
  });

  it('runs the version that the alias prod names, and sees its schemas', async () => {
    await put('versioned', {
      source: 'export default () => ({ v: 1 })',
      outputSchema: { type: 'object', title: 'one' },
    });
    await put('versioned', {
      source: 'export default () => ({ v: 2 })',
      outputSchema: { type: 'object', title: 'two' },
    });
    await call(`${surface.url}/v1/skills/versioned/aliases/prod`, { method: 'PUT', token, json: { version: 1 } });
    const client = await connect();
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'versioned')?.outputSchema).toMatchObject({ title: 'one' });
    expect(await client.callTool({ name: 'versioned' })).toMatchObject({ structuredContent: { v: 1 } });
  });

  it.each<[string, object, unknown]>([
    ['refers to a part', { $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 1],
    ['refers to itself', { anyOf: [{ type: 'number' }, { type: 'array', items: { $ref: '#' } }] }, [1, [2]]],
    ['names its dialect', { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'number' }, 1],
    [
      'names its dialect for an object',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
      {},
    ],
    ['assigns an ID to a part', { $ref: 'https://a.example/n', $defs: { n: { $id: 'https://a.example/n' } } }, 1],
    ['assigns the same ID to a part', { $ref: 'https://a.example/n', $defs: { n: { $id: 'https://a.example/n' } } }, 1],
    ['has a dynamic reference', { $dynamicRef: '#n', $defs: { n: { $dynamicAnchor: 'n', type: 'number' } } }, 1],
    ['has a tuple', { type: 'array', prefixItems: [{ type: 'number' }], items: { type: 'string' } }, [1, 'a']],
    ['names a Unicode category', { type: 'string', pattern: '^\\p{Letter}+$' }, 'ä'],
    ['requires a date', { type: 'string', format: 'date' }, '2026-11-29'],
  ])('finds and calls a tool whose schema %s', async (title, outputSchema, output) => {
    const name = `schema-${title.replaceAll(/\W+/g, '-')}`;
    await put(name, { source: `export default () => (${JSON.stringify(output)})`, outputSchema });
    const client = await connect();
    expect((await client.listTools()).tools.map((tool) => tool.name)).toContain(name);
    const { structuredContent, isError } = await client.callTool({ name });
    expect([isError, structuredContent]).toEqual([undefined, title.includes('object') ? output : { result: output }]);
  });

  it('receives progress', async () => {
    const wait = 'await new Promise((r) => setTimeout(r, 300))';
    const source = `export default async (i, c) => { c.progress(30, 'first'); ${wait}; c.progress(60, 'second'); ${wait} }`;
    await put('slow', { source });
    const told: unknown[] = [];
    const client = await connect();
    await client.callTool({ name: 'slow' }, undefined, { onprogress: (progress) => void told.push(progress) });
    expect(told).toEqual([
      { progress: 30, total: 100, message: 'first' },
      { progress: 60, total: 100, message: 'second' },
    ]);
  });

  it('cancels a call, which stops its run', async () => {
    await put('endless', { source: 'export default () => { while (true); }', cpuSeconds: 60 });
    const jobs = core.context.get(JobsPort);
    const newest = async () => (await jobs.list(callFor(a.id), jobQuery.parse({ kind: 'endless' }))).items[0];
    const client = await connect();
    const given = new AbortController();
    const called = client.callTool({ name: 'endless' }, undefined, { signal: given.signal });
    await eventually(async () => expect((await newest())?.state).toBe('running'));
    given.abort();
    await expect(called).rejects.toThrow();
    await eventually(async () => expect(await newest()).toMatchObject({ state: 'cancelled' }));
  });

  it('does not see data of other tenants', async () => {
    const client = await connect(await tokenOf(await makeTenant(core, 'b'), FOR_MCP));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['access-review', 'license-optimisation']);
    await expect(client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).rejects.toThrow('no tool');
  });
});

describe('/mcp as a separate resource', () => {
  const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} };
  const knock = (options: object) => call(`${surface.url}/mcp`, { json: initialize, ...options });

  it('names its authorization server', async () => {
    const refused = await knock({});
    expectError(refused, 401, 'unauthorized');
    const at = `${ISSUER}/.well-known/oauth-protected-resource/mcp`;
    expect(refused.headers.get('www-authenticate')).toContain(`resource_metadata="${at}"`);
    expect((await call(`${surface.url}/.well-known/oauth-protected-resource/mcp`)).body).toMatchObject({
      resource: `${ISSUER}/mcp`,
      authorization_servers: [ISSUER],
      scopes_supported: ['skills.run'],
    });
  });

  it('accepts tokens for itself, which are not valid anywhere else', async () => {
    const client = await connect();
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    expectError(await call(`${surface.url}/v1/skills`, { token: agentToken }), 401, 'unauthorized');
    expect((await knock({ token: await tokenOf(a, { aud: [ISSUER, `${ISSUER}/mcp`] }) })).status).not.toBe(401);
  });

  it('rejects tokens for the rest of the installation', async () => {
    const refused = await knock({ token });
    expectError(refused, 401, 'unauthorized');
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('rejects requests from pages of other origins', async () => {
    const from = (origin: string): ReturnType<typeof knock> => knock({ token: agentToken, headers: { origin } });
    for (const origin of ['https://evil.example', 'null', 'http://localhost:8001'])
      expectError(await from(origin), 403, 'forbidden');
    expect((await from(ISSUER)).status).not.toBe(403);
  });

  it('requires a client that accepts both response types', async () => {
    expectError(await knock({ token: agentToken }), 406, 'not_acceptable');
    const accept = 'application/json, text/event-stream';
    expect((await knock({ token: agentToken, headers: { accept } })).status).toBe(200);
  });

  it('requires the scope to run skills', async () => {
    expectError(await knock({ token: await tokenOf(a, { scope: 'skills.read', ...FOR_MCP }) }), 403, 'forbidden');
  });
});

describe('a skill as an OpenAPI document', () => {
  it('has its schemas', async () => {
    const { body } = await call<Record<string, never>>(`${surface.url}/v1/skills/add/openapi.json`, { token });
    expect(body).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: ISSUER }],
      paths: { '/v1/skills/add/run': { post: { operationId: 'add' } } },
      components: { schemas: { Input: { required: ['a', 'b'] }, Output: { required: ['sum'] } } },
    });
  });
});
