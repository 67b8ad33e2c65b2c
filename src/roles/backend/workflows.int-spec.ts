import { randomUUID } from 'node:crypto';
import { openBackend } from '../../../test/support/backend';
import { call, type Call, type ErrorMembers, expectError } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId, newUlid } from '../../kernel/ids/ids';
import { newWebhookSecret, webhookHeaders, type WebhookMessage } from '../../kernel/network/webhook-signature';
import type { Page } from '../../kernel/lists/page';
import { JobSchedulesPort } from '../../modules/jobs/contract/job-schedules.port';
import type {
  Triggered,
  WholeWorkflowRun,
  Workflow,
  WorkflowHook,
  WorkflowRun,
  WorkflowVerdict,
} from '../../modules/workflows/contract/workflows.types';

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openBackend>>;
let a: TestTenant;
let tokenA: string;
let tokenB: string;

const tokenOf = async (tenant: TestTenant, scope = 'workflows.read workflows.write'): Promise<string> =>
  signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), scope });

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openBackend(core);
  a = await makeTenant(core, 'a');
  [tokenA, tokenB] = [await tokenOf(a), await tokenOf(await makeTenant(core, 'b'))];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
});

const ask = <T = ErrorMembers>(at: string, options: Call = {}, token = tokenA) =>
  call<T>(`${surface.url}/v1/workflows${at}`, { token, ...options });
const wait = (id: string, more: object = {}) => ({ id, type: 'wait', seconds: 0, ...more });
let names = 0;
const definition = (steps: object[], more: object = {}) => ({ name: `flow-${(names += 1)}`, steps, ...more });
const create = async (steps: object[], more: object = {}): Promise<Workflow> => {
  const answer = await ask<Workflow>('', { method: 'POST', json: definition(steps, more) });
  expect(answer.status).toBe(201);
  return answer.body;
};
const run = async (id: string, json: object = {}, options: Call = {}): Promise<string> => {
  const answer = await ask<{ jobId: string }>(`/${id}/trigger`, { method: 'POST', json, ...options });
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: 202,
    body: { jobId: expect.any(String) as string },
  });
  return answer.body.jobId;
};
/** Returns the run once it satisfies a condition. */
async function until(runId: string, isSo: (run: WholeWorkflowRun) => boolean): Promise<WholeWorkflowRun> {
  for (let looks = 0; ; looks += 1) {
    const { body } = await ask<WholeWorkflowRun>(`/runs/${runId}`);
    if (isSo(body)) return body;
    if (looks > 300) throw new Error(`The run is ${JSON.stringify(body).slice(0, 500)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const isOver = ({ status }: WholeWorkflowRun): boolean => ['completed', 'failed', 'cancelled'].includes(status);

describe('a workflow', () => {
  it('can be created and changed from a known version, and keeps all its versions', async () => {
    const created = await create([wait('a')]);
    expect(created).toMatchObject({ version: 1, status: 'active', trigger: { type: 'manual' } });
    const next = { name: created.name, steps: [wait('a', { seconds: 1 }), wait('b', { dependsOn: ['a'] })] };
    const put = (tag: string) =>
      ask<Workflow>(`/${created.id}`, { method: 'PUT', json: next, headers: { 'If-Match': tag } });
    expect((await put('"1"')).body.version).toBe(2);
    expect((await put('"1"')).status).toBe(412);
    const diff = await ask(`/${created.id}/diff?from=1&to=2`);
    expect(diff.body).toMatchObject({ added: ['b'], removed: [], changed: ['a'], members: [] });
    const restored = await ask<Workflow>(`/${created.id}/versions/1/restore`, { method: 'POST' });
    expect(restored.body).toMatchObject({ version: 3, steps: [{ id: 'a', seconds: 0 }] });
    const versions = await ask<Page<{ version: number }>>(`/${created.id}/versions?limit=2`);
    expect(versions.body.items.map(({ version }) => version)).toEqual([3, 2]);
    const rest = await ask<Page<{ version: number }>>(
      `/${created.id}/versions?limit=2&cursor=${versions.body.nextCursor ?? ''}`,
    );
    expect(rest.body.items.map(({ version }) => version)).toEqual([1]);
    expect((await ask(`/${created.id}`, { headers: { 'If-None-Match': '"3"' } })).status).toBe(304);
  });

  it('has a unique name that cannot change', async () => {
    const { id, name, steps } = await create([wait('a')]);
    expectError(await ask('', { method: 'POST', json: { name, steps } }), 409, 'conflict');
    const renamed = await ask(`/${id}`, { method: 'PUT', json: { name: 'another', steps } });
    expectError(renamed, 400, 'invalid_request');
    expect((await ask(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(`/${id}`)).status).toBe(404);
    expect((await ask('', { method: 'POST', json: { name, steps } })).status).toBe(201);
  });

  it.each<[string, object, unknown, unknown]>([
    ['enum', { enum: ['a'] }, 'a', 'b'],
    ['pattern', { pattern: '^a+$' }, 'aa', 'b'],
    ['minimum', { minimum: 2 }, 2, 1],
    ['a reference', { $ref: '#/$defs/n', $defs: { n: { type: 'number' } } }, 1, 'a'],
    ['a choice', { anyOf: [{ type: 'number' }, { type: 'null' }] }, null, 'a'],
    ['items', { items: { type: 'number' } }, [1], ['a']],
  ])('validates its input against %s', async (_name, inputSchema, good, bad) => {
    const { id } = await create([wait('a')], { inputSchema });
    await run(id, { input: good });
    const { errors } = expectError(
      await ask(`/${id}/trigger`, { method: 'POST', json: { input: bad } }),
      400,
      'invalid_request',
    );
    expect(errors?.[0]?.pointer).toMatch(/^\/input/);
  });

  it('with an invalid inputSchema is rejected', async () => {
    const answer = await ask('', { method: 'POST', json: definition([wait('a')], { inputSchema: { type: 'text' } }) });
    expect(expectError(answer, 400, 'invalid_request').errors?.[0]?.pointer).toBe('/inputSchema/type');
  });

  it('with a schedule whose input does not match the schema is rejected', async () => {
    const trigger = { type: 'schedule', cron: '0 6 * * *', input: { n: 'x' } };
    const inputSchema = { properties: { n: { type: 'number' } } };
    const answer = await ask('', { method: 'POST', json: definition([wait('a')], { inputSchema, trigger }) });
    expect(expectError(answer, 400, 'invalid_request').errors?.[0]?.pointer).toBe('/trigger/input/n');
  });

  it('that cannot run is rejected with the location of each error', async () => {
    const faulty = definition([
      { id: 'a', type: 'skill', skill: 'nobody' },
      { id: 'b', type: 'webhook', url: 'https://127.0.0.1/x' },
      wait('c', { condition: 'steps.z.output' }),
    ]);
    const answer = await ask('', { method: 'POST', json: faulty });
    expectError(answer, 400, 'invalid_request');
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual([
      '/steps/0/skill',
      '/steps/1/url',
      '/steps/2/condition',
    ]);
  });

  it('can be validated as YAML without being saved', async () => {
    const validate = (body: string) =>
      ask<WorkflowVerdict>('/validate', { method: 'POST', body, headers: { 'Content-Type': 'application/yaml' } });
    const sound = await validate('name: yaml\nsteps:\n  - {id: a, type: wait, seconds: 1}\n');
    expect(sound.body).toMatchObject({ isValid: true, errors: [], definition: { name: 'yaml' } });
    const circle = await validate('name: yaml\nsteps:\n  - {id: a, type: wait, seconds: 1, dependsOn: [a]}\n');
    expect(circle.body).toMatchObject({ isValid: false, errors: [{ pointer: '/steps/0/dependsOn', code: 'circle' }] });
    expect((await validate('a: [')).body).toMatchObject({ isValid: false, definition: null });
  });

  it('is visible only to its tenant, as are its runs', async () => {
    const { id } = await create([wait('a')]);
    const runId = await run(id);
    for (const at of [`/${id}`, `/${id}/versions`, `/${id}/versions/1`, `/${id}/runs`, `/runs/${runId}`]) {
      expect((await ask(at, {}, tokenB)).status).toBe(404);
    }
    for (const at of [`/${id}/trigger`, `/runs/${runId}/cancel`, `/runs/${runId}/steps/a/approve`]) {
      expect((await ask(at, { method: 'POST', json: {} }, tokenB)).status).toBe(404);
    }
    expect((await ask<Page<Workflow>>('', {}, tokenB)).body.items).toEqual([]);
    const readOnly = await tokenOf(a, 'workflows.read');
    expect((await ask(`/${id}/trigger`, { method: 'POST', json: {} }, readOnly)).status).toBe(403);
  });
});

it('a workflow has a schedule only while its newest version defines one', async () => {
  const schedules = async (): Promise<readonly string[]> =>
    (await core.context.get(JobSchedulesPort).list(systemContext('req-1', a.id))).map(({ name }) => name);
  const json = definition([wait('a')], { trigger: { type: 'schedule', cron: '0 6 * * *', timezone: 'Europe/Vienna' } });
  const headers = { 'Idempotency-Key': randomUUID() };
  const { body, status } = await ask<Workflow>('', { method: 'POST', json, headers });
  expect([status, await schedules()]).toEqual([201, [`workflows/${body.id}`]]);
  await ask(`/${body.id}`, { method: 'PUT', json: { ...json, trigger: { type: 'manual' } } });
  expect(await schedules()).toEqual([]);
});

describe('a hook', () => {
  const open = async (more: object = {}) => {
    const workflow = await create([wait('a')], { trigger: { type: 'webhook' }, ...more });
    const { body } = await ask<WorkflowHook>(`/${workflow.id}/rotate-secret`, { method: 'POST', json: {} });
    return { ...body, workflow };
  };
  let calls = 0;
  const seconds = (): number => Math.floor(Date.now() / 1_000);
  const send = (id: string, secret: string, value: unknown, more: Partial<WebhookMessage> = {}) => {
    const message = { id: `msg-${(calls += 1)}`, seconds: seconds(), body: JSON.stringify(value), ...more };
    const headers = { 'content-type': 'application/json', ...webhookHeaders([secret], message) };
    return ask<Triggered & ErrorMembers>(`/hooks/${id}`, { method: 'POST', body: message.body, headers }, '');
  };

  it('runs its workflow with the request body, once per ID', async () => {
    const { workflow, secret, url } = await open({ output: 'for {{input.order}}' });
    expect(url).toMatch(new RegExp(`/v1/workflows/hooks/${workflow.id}$`));
    const first = await send(workflow.id, secret, { order: 7 }, { id: 'msg-once' });
    expect(first.status).toBe(202);
    expect(await until(first.body.jobId, isOver)).toMatchObject({ status: 'completed', output: 'for 7' });
    // A new version in between does not start another run for the same message.
    const { name, steps, trigger } = workflow;
    await ask(`/${workflow.id}`, { method: 'PUT', json: { name, steps, trigger, timeoutSeconds: 99 } });
    const again = await send(workflow.id, secret, { order: 7 }, { id: 'msg-once' });
    expect([again.status, again.body]).toEqual([202, first.body]);
    expectError(await send(workflow.id, secret, { order: 8 }, { id: 'msg-once' }), 422, 'unprocessable');
    const { body } = await ask<Page<WorkflowRun>>(`/${workflow.id}/runs`);
    expect(body.items.map(({ id }) => id)).toEqual([first.body.jobId]);
  });

  it('returns the same response to every caller who cannot sign the call, whether or not the workflow exists', async () => {
    const { workflow, secret } = await open();
    const disabled = await open({ status: 'disabled' });
    const manual = await create([wait('a')]);
    const unopened = await create([wait('a')], { trigger: { type: 'webhook' } });
    const wrong = newWebhookSecret();
    const answers = [
      await send(workflow.id, wrong, 1),
      await send(workflow.id, secret, 1, { seconds: seconds() - 400 }),
      await send(workflow.id, secret, 1, { seconds: seconds() + 400 }),
      await send(workflow.id, secret, 1, { id: 'ä' }),
      await send(disabled.workflow.id, disabled.secret, 1),
      await send(manual.id, wrong, 1),
      await send(unopened.id, wrong, 1),
      await send(newId('wfl'), wrong, 1),
      await send('nobody', wrong, 1),
      await ask(`/hooks/${workflow.id}`, { method: 'POST', json: 1 }, ''),
    ];
    const words = answers.map((answer) => expectError(answer, 401, 'unauthorized').error_description);
    expect(new Set(words).size).toBe(1);
    const { body } = await ask<Page<WorkflowRun>>(`/${workflow.id}/runs`);
    expect(body.items).toEqual([]);
  });

  it('accepts both secrets during the overlap of a rotation, or only the new secret', async () => {
    const { workflow, secret } = await open();
    const rotate = async (overlapSeconds: number): Promise<string> => {
      const json = { overlapSeconds };
      const { body } = await ask<WorkflowHook>(`/${workflow.id}/rotate-secret`, { method: 'POST', json });
      return body.secret;
    };
    const second = await rotate(60);
    expect([(await send(workflow.id, secret, 1)).status, (await send(workflow.id, second, 1)).status]).toEqual([
      202, 202,
    ]);
    const third = await rotate(0);
    const all = [secret, second, third].map(async (one) => (await send(workflow.id, one, 1)).status);
    expect(await Promise.all(all)).toEqual([401, 401, 202]);
  });

  it('rejects invalid JSON, invalid input, large bodies, and other content types', async () => {
    const { workflow, secret } = await open({ inputSchema: { type: 'object', required: ['n'] } });
    expectError(await send(workflow.id, secret, null, { body: '{' }), 400, 'invalid_request');
    const misfit = await send(workflow.id, secret, {});
    expectError(misfit, 400, 'invalid_request');
    expect(misfit.body.errors?.[0]?.pointer).toBe('/input');
    expectError(await send(workflow.id, secret, 'x'.repeat(300_000)), 413, 'payload_too_large');
    const headers = { 'content-type': 'text/plain' };
    expectError(
      await ask(`/hooks/${workflow.id}`, { method: 'POST', body: 'x', headers }, ''),
      415,
      'unsupported_media_type',
    );
  });

  it('gets its secret only from callers who can write workflows of the tenant, and only if it is a webhook', async () => {
    const { workflow } = await open();
    const rotate = (id: string, token: string) => ask(`/${id}/rotate-secret`, { method: 'POST', json: {} }, token);
    expectError(await rotate(workflow.id, tokenB), 404, 'not_found');
    expectError(await rotate(workflow.id, await tokenOf(a, 'workflows.read')), 403, 'forbidden');
    expectError(await rotate((await create([wait('a')])).id, tokenA), 409, 'conflict');
  });
});

describe('a run', () => {
  it('executes its steps, and shows them with its graph', async () => {
    const { id, name } = await create(
      [
        { id: 'way', type: 'switch', cases: [{ when: 'input.amount > 10', steps: ['big'] }], default: ['small'] },
        wait('big', { dependsOn: ['way'] }),
        wait('small', { dependsOn: ['way'] }),
        wait('last', { dependsOn: ['big', 'small'] }),
      ],
      { output: { case: '{{steps.way.output.case}}', text: 'for {{input.amount}}' } },
    );
    const done = await until(await run(id, { input: { amount: 12 } }), isOver);
    expect(done).toMatchObject({
      workflow: name,
      version: 1,
      status: 'completed',
      output: { case: 0, text: 'for 12' },
    });
    expect(done.steps.map((step) => `${step.id} ${step.status}`)).toEqual([
      'way succeeded',
      'big succeeded',
      'small skipped',
      'last succeeded',
    ]);
    expect(done.graph?.mermaid).toContain('s_big["big · wait"]:::succeeded');
    expect(done.graph?.svg).toMatch(/^<svg /);
    const { body } = await ask<Page<WorkflowRun>>(`/${id}/runs?status=completed`);
    expect(body.items.map((one) => one.id)).toEqual([done.id]);
  });

  it('is created once per idempotency key', async () => {
    const { id } = await create([wait('a')]);
    const headers = { 'Idempotency-Key': randomUUID() };
    expect(await run(id, {}, { headers })).toBe(await run(id, {}, { headers }));
  });

  it('is rejected for a draft or with invalid input', async () => {
    const draft = await create([wait('a')], { status: 'draft' });
    expectError(await ask(`/${draft.id}/trigger`, { method: 'POST', json: {} }), 409, 'conflict');
    const inputSchema = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    const { id } = await create([wait('a')], { inputSchema });
    const misfit = await ask(`/${id}/trigger`, { method: 'POST', json: { input: { n: 'one {{' } } });
    expectError(misfit, 400, 'invalid_request');
    expect(misfit.body.errors?.[0]?.pointer).toBe('/input/n');
  });

  it('can be canceled during a long wait', async () => {
    const { id } = await create([wait('long', { seconds: 86_400 })]);
    const runId = await run(id);
    await until(runId, ({ steps }) => steps[0]?.status === 'waiting');
    const cancelled = await ask<{ run: WorkflowRun }>(`/runs/${runId}/cancel`, {
      method: 'POST',
      json: { reason: 'enough' },
    });
    expect(cancelled.body).toMatchObject({ run: { status: 'cancelled' }, compensationJobId: null });
    const json = { compensate: true };
    const again = await ask(`/runs/${runId}/cancel`, {
      method: 'POST',
      json,
      headers: { 'Idempotency-Key': randomUUID() },
    });
    expect(again).toMatchObject({ status: 200, body: { compensationJobId: expect.any(String) as string } });
  });

  it('waits for an approver with the role, and does not accept any other user', async () => {
    const { id } = await create([{ id: 'ok', type: 'approval', role: 'admin' }]);
    const runId = await run(id);
    await until(runId, ({ steps }) => steps[0]?.status === 'waiting');
    // The token belongs to an app, which is not a person.
    expectError(await ask(`/runs/${runId}/steps/ok/approve`, { method: 'POST', json: {} }), 403, 'forbidden');
    expectError(await ask(`/runs/${runId}/steps/no/approve`, { method: 'POST', json: {} }), 404, 'not_found');
  });
});
