import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHmac } from 'node:crypto';
import { openBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { call, type Call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { activateBundle } from '../../../test/support/policy-bundle';
import { callFor } from '../../../test/support/secrets';
import { ThreadCount } from '../../../test/support/thread-count';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { newUlid } from '../../kernel/ids/ids';
import { AuthPort } from '../../modules/auth/contract/auth.port';
import { JobLogsPort } from '../../modules/jobs/contract/job-logs.port';
import { JobsPort } from '../../modules/jobs/contract/jobs.port';
import type { RegisteredSkill } from '../../modules/skills/contract/skills.types';
import type { SkillRun } from '../../modules/skills/rest/run-view';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openBackend>>;
let a: TestTenant;
let b: TestTenant;
let tokenA: string;
let tokenB: string;

const SCOPE = 'skills.read skills.write skills.run files.read files.write flags.read secrets.read';
const tokenOf = async (tenant: TestTenant, scope = SCOPE): Promise<string> =>
  signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), scope });

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { SKILLS_PRIVATE_ADDRESSES: 'true' });
  await core.context.init();
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

let names = 0;
async function make(definition: object, token = tokenA): Promise<string> {
  const name = `run-${(names += 1)}`;
  const { status, text } = await ask<RegisteredSkill>(`/${name}`, { method: 'PUT', json: definition }, token);
  expect([status, text]).toEqual([200, expect.any(String)]);
  return name;
}
const code = (body: string, members: object = {}) =>
  make({ runtime: 'javascript', source: `export default async (input, capabilities) => { ${body} }`, ...members });
const run = <T = SkillRun>(name: string, order: object = {}, wait = 60, token = tokenA) =>
  ask<T>(`/${name}/run?wait=${wait}`, { method: 'POST', json: order }, token);

describe('a run', () => {
  it('is a job, and the response contains its result if it ends in time', async () => {
    const name = await code('return { greeting: `hello ${input.name}` }');
    const answer = await run(name, { input: { name: 'Ada' } });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    expect(answer.body).toMatchObject({
      status: 'completed',
      skill: name,
      progress: 100,
      output: { greeting: 'hello Ada' },
      version: expect.stringMatching(new RegExp(`^${name}:1@sha256:[0-9a-f]{64}$`)) as string,
    });
    expect(answer.headers.get('location')).toBe(`/v1/jobs/${answer.body.id}`);
    const job = await core.context.get(JobsPort).get(callFor(a.id), answer.body.id);
    expect(job).toMatchObject({ type: 'skill', kind: name, state: 'succeeded', result: { greeting: 'hello Ada' } });
  });

  it('gets an immediate response without a wait, and continues after the wait ends', async () => {
    const name = await code('await new Promise((r) => setTimeout(r, 1500)); return 1');
    const [now, later] = [await run(name, {}, 0), await run(name, {}, 0.2)];
    expect([now.status, later.status]).toEqual([202, 202]);
    expect(now.body.status).toBe('queued');
    const jobs = core.context.get(JobsPort);
    await eventually(async () => {
      const states = await Promise.all([now, later].map(({ body }) => jobs.get(callFor(a.id), body.id)));
      expect(states.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    });
  });

  it('uses the current version of its alias, from the next run on', async () => {
    const name = await code('return 1');
    const put = (body: string) =>
      ask(`/${name}`, { method: 'PUT', json: { runtime: 'javascript', source: `export default () => ${body}` } });
    await put('2');
    expect((await run(name)).body.output).toBe(2);
    await ask(`/${name}/aliases/prod`, { method: 'PUT', json: { version: 1 } });
    expect((await run(name)).body.output).toBe(1);
    expect((await run(name, { version: 2 })).body.output).toBe(2);
    await ask(`/${name}/aliases/prod`, { method: 'PUT', json: { version: 2 } });
    expect((await run(name, { alias: 'prod' })).body.output).toBe(2);
    await ask(`/${name}/aliases/prod/rollback`, { method: 'POST' });
    expect((await run(name)).body.output).toBe(1);
    expectError(await run<ErrorMembers>(name, { alias: 'none' }), 404, 'not_found');
    expectError(await run<ErrorMembers>(name, { version: 9 }), 404, 'not_found');
    expectError(await run<ErrorMembers>(name, { version: 1, alias: 'prod' }), 400, 'invalid_request');
  });

  it('accepts a valid input, and reports where an input is invalid', async () => {
    const inputSchema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
    const name = await code('return input.n', { inputSchema, outputSchema: { type: 'integer', maximum: 9 } });
    expect((await run(name, { input: { n: 3 } })).body.output).toBe(3);
    const refused = await run<ErrorMembers>(name, { input: { n: 'x' } });
    expectError(refused, 400, 'invalid_request');
    expect(refused.body.errors).toEqual([{ pointer: '/input/n', code: 'type', message: 'must be integer' }]);
    const failed = await run(name, { input: { n: 10 } });
    expect(failed.body).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('/output must be at most 9') as string },
    });
  });

  it('fails with the error message of its code, with line and column', async () => {
    const name = await make({
      runtime: 'javascript',
      language: 'typescript',
      source: 'type T = number;\nexport default (): T => {\n  throw new RangeError("too far");\n};',
    });
    const { body } = await run(name);
    expect(body.error?.message).toMatch(/^RangeError: too far\n {4}at default \(main\.ts:3:\d+\)/);
  });

  it('writes logs and reports its progress', async () => {
    const name = await code(
      'capabilities.progress({ percent: 40, stage: "half" }); console.log("hello"); console.error("bad")',
    );
    const { body } = await run(name);
    const lines: string[] = [];
    const order = { follow: false, tailLines: 0, fromLine: 0, signal: AbortSignal.timeout(120_000) };
    for await (const { stream, text } of core.context.get(JobLogsPort).read(callFor(a.id), body.id, order)) {
      lines.push(`${stream} ${text}`);
    }
    expect(lines).toEqual(['stdout hello', 'stderr bad']);
    const events: string[] = [];
    const watched = { afterSeq: 0, signal: AbortSignal.timeout(120_000) };
    for await (const event of core.context.get(JobsPort).watch(callFor(a.id), body.id, watched)) {
      events.push(event.type === 'progress' ? `${event.stage} ${event.percent}` : event.type);
    }
    expect(events).toContain('half 40');
  });

  it('can be canceled while it runs, regardless of what it is doing', async () => {
    const jobs = core.context.get(JobsPort);
    for (const body of [
      'while (true);',
      'await new Promise((r) => setTimeout(r, 1e6))',
      'return (new Array(4e8) + "").length',
    ]) {
      const started = await run(await code(body, { cpuSeconds: 60 }), {}, 0);
      await eventually(async () => expect((await jobs.get(callFor(a.id), started.body.id)).state).toBe('running'));
      await jobs.cancel(callFor(a.id), started.body.id, 'enough');
      expect(await jobs.get(callFor(a.id), started.body.id)).toMatchObject({
        state: 'cancelled',
        cancelReason: 'enough',
      });
    }
    // The slots are free again.
    expect((await run(await code('return 1'))).body.output).toBe(1);
  });

  it('frees its thread for the next run when it is canceled', async () => {
    const jobs = core.context.get(JobsPort);
    const endless = await code('capabilities.progress({ percent: 1 }); while (true);', { cpuSeconds: 60 });
    const quick = await code('return "done"');
    // As many runs as a tenant can run at once, so that the next run waits for a thread.
    const loops = await Promise.all([1, 2, 3, 4].map(() => run(endless, {}, 0)));
    const cancel = (id: string) => jobs.cancel(callFor(a.id), id, 'enough');
    try {
      // Each run reports from its thread.
      await eventually(async () => {
        const begun = await Promise.all(loops.map(({ body }) => jobs.get(callFor(a.id), body.id)));
        expect(begun.map(({ progress }) => progress)).toEqual(loops.map(() => 1));
      });
      let isOver = false;
      const next = run(quick).finally(() => (isOver = true));
      await eventually(async () => expect((await run(quick, {}, 0.05)).status).toBe(202));
      expect(isOver).toBe(false);
      await cancel(loops[0]?.body.id ?? '');
      expect((await next).body).toMatchObject({ status: 'completed', output: 'done' });
    } finally {
      await Promise.all(loops.map(({ body }) => cancel(body.id)));
    }
  });

  it('requires its scope, and is visible only in its own tenant', async () => {
    const name = await code('return 1');
    expectError(await run<ErrorMembers>(name, {}, 0, await tokenOf(a, 'skills.read skills.write')), 403, 'forbidden');
    expectError(await run<ErrorMembers>(name, {}, 0, tokenB), 404, 'not_found');
    expectError(await run<ErrorMembers>(name, { colour: 1 }), 400, 'invalid_request');
  });

  it.each(['', '?wait=20'])('is one job, however often it is sent with a key%s', async (wait) => {
    const name = await code('return 1');
    const headers = { 'Idempotency-Key': newUlid() };
    const send = () => ask<SkillRun>(`/${name}/run${wait}`, { method: 'POST', json: {}, headers });
    const [first, second] = [await send(), await send()];
    expect(second.body.id).toBe(first.body.id);
    if (wait !== '') expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('grants of code', () => {
  it('allow the named skills and no others', async () => {
    const inner = await code('return input.x * 2', { inputSchema: { type: 'object', required: ['x'] } });
    const outer = await code(
      `const tried = async (n, i) => { try { return await capabilities.skills.run(n, i) } catch (e) { return e.code } };
       return [await tried('${inner}', { x: 21 }), await tried('${inner}', {}), await tried('other', {})]`,
      { grants: { skills: [inner] } },
    );
    expect((await run(outer)).body.output).toEqual([42, 'input', 'not_granted']);
  });

  it('limit how deeply skills call each other', async () => {
    const name = `loop-${newUlid().toLowerCase()}`.slice(0, 30);
    const source = `export default async (i, c) => { try { return 1 + await c.skills.run('${name}') } catch (e) { if (e.code === 'limit') return 0; throw e } }`;
    await ask(`/${name}`, { method: 'PUT', json: { runtime: 'javascript', source, grants: { skills: [name] } } });
    expect((await run(name)).body).toMatchObject({ status: 'completed', output: 5 });
  });

  it('do not let skills that call each other exceed the thread limits of their tenant and worker', async () => {
    const leaf = await code('return 1');
    const fan = (inner: string): Promise<string> =>
      code(
        `const counts = await Promise.all(Array.from({ length: 6 }, () => capabilities.skills.run('${inner}')));
         return counts.reduce((sum, count) => sum + count, 0)`,
        { grants: { skills: [inner] } },
      );
    const outer = await fan(await fan(leaf));
    const other = await make({ runtime: 'javascript', source: 'export default () => "served"', grants: {} }, tokenB);
    const threads = new ThreadCount();
    try {
      const trees = Promise.all([run(outer), run(outer), run(outer)]);
      const others = await Promise.all(Array.from({ length: 12 }, () => run(other, {}, 60, tokenB)));
      expect(others.map(({ body }) => body.output)).toEqual(Array.from({ length: 12 }, () => 'served'));
      expect((await trees).map(({ body }) => body.error ?? body.output ?? body)).toEqual([36, 36, 36]);
      expect(threads.most).toBeLessThanOrEqual(8);
    } finally {
      threads.stop();
    }
  });

  it('allow files below a prefix, in the spaces of the caller', async () => {
    const grants = { files: [{ tier: 'shared', prefix: 'reports/', access: 'write' }] };
    const name = await code(
      `const tried = async (work) => { try { return await work() } catch (e) { return e.code } };
       const { files } = capabilities;
       await files.write('shared', 'reports/a.txt', 'hello');
       return [await files.read('shared', 'reports/a.txt'), (await files.list('shared', 'reports/')).map((f) => f.key),
         await tried(() => files.read('shared', 'other.txt')), await tried(() => files.read('shared', 'reports/../other.txt')),
         await tried(() => files.read('private', 'reports/a.txt')), await tried(() => files.list('shared', ''))]`,
      { grants },
    );
    const { body } = await run(name);
    expect(body.output).toEqual([
      'hello',
      ['reports/a.txt'],
      'not_granted',
      'invalid_request',
      'not_granted',
      'not_granted',
    ]);
  });

  it('allow flags by key', async () => {
    const name = await code(
      `const tried = async (k) => { try { return await capabilities.flags.value(k, {}, 'otherwise') } catch (e) { return e.code } };
       return [await tried('known'), await tried('other')]`,
      { grants: { flags: ['known'] } },
    );
    expect((await run(name)).body.output).toEqual(['otherwise', 'not_granted']);
  });

  it('allow secrets by name, within the rights of the caller', async () => {
    const name = await code(
      `const tried = async (k) => { try { return await capabilities.secrets.get(k) } catch (e) { return e.code } };
       return [await tried('API_KEY'), await tried('OTHER')]`,
      { grants: { secrets: ['API_KEY'] } },
    );
    expect((await run(name)).body.output).toEqual(['forbidden', 'not_granted']);
  });
});

describe('a capability that code uses', () => {
  const tried = 'const tried = async (work) => { try { await work(); return "done" } catch (e) { return e.code } };';

  it('requires the scopes of its caller in addition to its grants', async () => {
    const inner = await code('return 1');
    const grants = {
      files: [{ tier: 'shared', prefix: '', access: 'write' }],
      secrets: ['API_KEY'],
      skills: [inner],
    };
    const name = await code(
      `${tried} const { files, secrets, skills } = capabilities;
       return [await tried(() => files.write('shared', 'scoped.txt', 'x')), await tried(() => files.read('shared', 'scoped.txt')),
         await tried(() => files.list('shared', '')), await tried(() => files.remove('shared', 'scoped.txt')),
         await tried(() => secrets.get('API_KEY')), await tried(() => skills.run('${inner}'))]`,
      { grants },
    );
    const outputFor = async (scope: string) => (await run(name, {}, 20, await tokenOf(a, scope))).body.output;
    expect(await outputFor('skills.run')).toEqual([...Array<string>(5).fill('forbidden'), 'done']);
    const reader = ['forbidden', 'not_found', 'done', 'forbidden', 'forbidden', 'done'];
    expect(await outputFor('skills.run files.read')).toEqual(reader);
    const writer = await outputFor('skills.run files.read files.write');
    expect(writer).toEqual(['done', 'done', 'done', 'done', 'forbidden', 'done']);
  });

  it('has the rights of its owner if its version specifies this and the owner still has them, and is recorded', async () => {
    const owner = await tokenOf(a);
    const caller = await tokenOf(a, 'skills.run');
    const definition = {
      runtime: 'javascript',
      source: `export default async (i, { files }) => { ${tried} return await tried(() => files.write('shared', 'owned.txt', 'x')) }`,
      grants: { files: [{ tier: 'shared', prefix: '', access: 'write' }] },
    };
    const asCaller = await make(definition, owner);
    expect((await run(asCaller, {}, 20, caller)).body.output).toBe('forbidden');
    const asOwner = await make({ ...definition, runAs: 'owner' }, owner);
    expect((await run(asOwner, {}, 20, caller)).body.output).toBe('done');
    const recorded = await queryAs(
      database.adminUrl,
      `SELECT metadata->>'runAs' AS run_as FROM audit.events WHERE action = 'skill.register' AND resource_id = $1`,
      [asOwner],
    );
    expect(recorded).toEqual([{ run_as: 'owner' }]);
    expect(await core.context.get(AuthPort).revokeToken(null, owner, null, '')).toBe(true);
    expect((await run(asOwner, {}, 20, caller)).body.output).toBe('forbidden');
  });

  it('is subject to the tenant’s policy, and each URL to the egress policy', async () => {
    const tenant = await makeTenant(core, 'policed');
    const token = await tokenOf(tenant);
    const server = createServer((_request, response) => void response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const target = `http://127.0.0.1:${port}`;
    try {
      const make = async (name: string, definition: object) =>
        expect((await ask(`/${name}`, { method: 'PUT', json: definition }, token)).status).toBe(200);
      await make('inner', { runtime: 'javascript', source: 'export default () => 1' });
      await make('hook', { runtime: 'http', url: `${target}/hook` });
      const grants = {
        files: [{ tier: 'shared', prefix: '', access: 'write' }],
        http: [`127.0.0.1:${port}`],
        skills: ['inner', 'hook'],
      };
      const source = `export default async (i, { files, http, skills }) => { ${tried}
        return [await tried(() => files.write('shared', 'closed/x', 'x')), await tried(() => files.write('shared', 'open/x', 'x')),
          await tried(() => skills.run('inner')), await tried(() => http.fetch('${target}/open')),
          await tried(() => http.fetch('${target}/closed')), await tried(() => skills.run('hook'))] }`;
      await make('outer', { runtime: 'javascript', source, grants });
      const output = async () => (await run('outer', {}, 20, token)).body.output;
      expect(await output()).toEqual(Array<string>(6).fill('done'));
      const authz = `package authz
        default allow := false
        allow if { data.coresdk.authz.allow; not startswith(input.resource, "file/shared/closed"); input.resource != "skill/inner" }`;
      const egress = `package coresdk.egress
        default allow := false
        allow if input.path == "/open"`;
      await activateBundle(database.adminUrl, tenant.id, { modules: { 'authz.rego': authz, 'egress.rego': egress } });
      await core.feed.catchUp();
      expect(await output()).toEqual(['forbidden', 'done', 'forbidden', 'done', 'forbidden', 'failed']);
      const hook = await run('hook', {}, 20, token);
      expect(hook.body).toMatchObject({ status: 'failed', error: { code: 'failed' } });
      expect(hook.body.error?.message).toContain('not allowed to call 127.0.0.1');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('outgoing calls', () => {
  let server: Server;
  let url: string;
  const seen: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
  let answer: [number, string] = [200, '{}'];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/never') return;
        seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        const location = { location: `http://127.0.0.1:1/away` };
        response.writeHead(answer[0], { 'content-type': 'application/json', ...location }).end(answer[1]);
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
    seen.length = 0;
    answer = [200, '{"ok":true}'];
  });

  it('of the runtime http are signed, and their response is the output', async () => {
    const name = `http-${newUlid().toLowerCase()}`.slice(0, 30);
    const json = { runtime: 'http', url: `${url}/greet`, outputSchema: { type: 'object', required: ['ok'] } };
    const { body } = await ask<RegisteredSkill>(`/${name}`, { method: 'PUT', json });
    const first = await run(name, { input: { a: 1 } });
    expect(first.body).toMatchObject({ status: 'completed', output: { ok: true } });
    const [received] = seen;
    const sent = JSON.parse(received?.body ?? '') as object;
    expect(sent).toMatchObject({ type: 'skill.run', skill: name, version: 1, input: { a: 1 }, runId: first.body.id });
    const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } = received?.headers ?? {};
    const key = Buffer.from(body.signingSecret?.slice('whsec_'.length) ?? '', 'base64');
    const content = `${String(id)}.${String(seconds)}.${received?.body ?? ''}`;
    expect(signature).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
    for (const [status, text, words] of [
      [500, '', 'responded with 500'],
      [302, '', 'responded with 302'],
      [200, 'no json', 'not JSON'],
      [200, '[]', '/output must be object'],
      [200, `"${'x'.repeat(1_100_000)}"`, 'more than'],
    ] as const) {
      answer = [status, text];
      expect((await run(name)).body.error?.message).toContain(words);
    }
  });

  it('of the runtime http fail as a timeout if they take too long', async () => {
    const name = await make({ runtime: 'http', url: `${url}/never`, timeoutSeconds: 1 });
    expect((await run(name)).body).toMatchObject({
      status: 'failed',
      error: { code: 'timeout', message: 'The endpoint did not respond within 1 seconds.' },
    });
  });

  it('by code reach only granted hosts, and do not follow redirects', async () => {
    const port = new URL(url).port;
    const name = await code(
      `const tried = async (u, o) => { try { const r = await capabilities.http.fetch(u, o); return [r.status, r.text()] } catch (e) { return e.code } };
       return [await tried('${url}/x', { method: 'POST', headers: { 'x-a': 'b' }, body: 'hi' }), await tried('http://localhost:${port}/'),
         await tried('http://127.0.0.1:1/'), await tried('${url}/', { headers: { host: 'evil' } }), await tried('file:///etc/passwd'), await tried('nonsense')]`,
      { grants: { http: [`127.0.0.1:${port}`] } },
    );
    answer = [302, 'moved'];
    const { body } = await run(name);
    expect(body.output).toEqual([
      [302, 'moved'],
      'not_granted',
      'not_granted',
      'invalid_request',
      'url_invalid',
      'url_invalid',
    ]);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ body: 'hi', headers: { 'x-a': 'b' } });
  });
});
