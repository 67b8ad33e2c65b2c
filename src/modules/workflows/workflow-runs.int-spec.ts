import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../../test/support/eventually';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { grantSecret, putSecret } from '../../../test/support/secrets';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makePerson } from '../../../test/support/people';
import { makeTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { newWebhookSecret, webhookHeaders } from '../../kernel/network/webhook-signature';
import { JobsPort } from '../jobs/contract/jobs.port';
import { skillDefinition } from '../skills/contract/skill-definition.types';
import { SkillsPort } from '../skills/contract/skills.port';
import { workflowDefinition } from './contract/workflow-definition.types';
import { WorkflowRunsPort } from './contract/workflow-runs.port';
import { WorkflowsPort } from './contract/workflows.port';
import type { WholeWorkflowRun } from './contract/workflows.types';

interface Received {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let database: TestDatabase;
let core: TestCore;
let context: CallContext;
let server: Server;
let url: string;
const received: Received[] = [];
/** The status codes that the receiver returns for a path. Otherwise, it responds with 200 and the request body. */
const answers = new Map<string, number[]>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', method = '', headers } = request;
      const body = Buffer.concat(chunks).toString();
      received.push({ path, method, headers, body });
      response.statusCode = answers.get(path)?.shift() ?? 200;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ path, body: body === '' ? null : (JSON.parse(body) as unknown) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  database = await createTestDatabase();
  core = await openAllCore(database, { WEBHOOKS_PRIVATE_ADDRESSES: 'true' });
  context = systemContext(newId('req'), (await makeTenant(core, 'a')).id);
});

afterAll(async () => {
  await core.close();
  await database.drop();
  server.close();
});

const port = () => core.context.get(WorkflowsPort, { strict: false });
const runs = () => core.context.get(WorkflowRunsPort, { strict: false });
let names = 0;
async function create(steps: object[], more: object = {}): Promise<{ readonly id: string; readonly name: string }> {
  return port().create(context, workflowDefinition.parse({ name: `flow-${(names += 1)}`, steps, ...more }));
}
const trigger = async (id: string, input: unknown = null): Promise<string> =>
  (await port().trigger(context, id, { input })).jobId;
async function until(runId: string, isSo: (run: WholeWorkflowRun) => boolean): Promise<WholeWorkflowRun> {
  for (let looks = 0; ; looks += 1) {
    const run = await runs().get(context, runId);
    if (isSo(run)) return run;
    if (looks > 400) throw new Error(`The run is ${JSON.stringify(run).slice(0, 800)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const isOver = ({ status }: WholeWorkflowRun): boolean => ['completed', 'failed', 'cancelled'].includes(status);
const done = async (id: string, input?: unknown): Promise<WholeWorkflowRun> => until(await trigger(id, input), isOver);
const states = (run: WholeWorkflowRun) => run.steps.map(({ id, status }) => `${id} ${status}`);
const hook = (id: string, more: object = {}) => ({ id, type: 'webhook', url: `${url}/${id}-${names}`, ...more });
const at = (id: string) => received.filter(({ path }) => path.startsWith(`/${id}-`));

it('calls a webhook with rendered templates, and the response is the output of the step', async () => {
  const { id } = await create([
    hook('send', { body: { to: '{{input.name}}', n: '{{input.n}}' } }),
    hook('then', { dependsOn: ['send'], body: '{{steps.send.output.body.body.n}}' }),
  ]);
  const run = await done(id, { name: 'Ada', n: 3 });
  expect(run.status).toBe('completed');
  expect(JSON.parse(at('send')[0]?.body ?? '')).toEqual({ to: 'Ada', n: 3 });
  expect(at('then')[0]?.body).toBe('3');
  expect(run.output).toMatchObject({ then: { status: 200, body: { body: 3 } } });
});

it('retries a failed call with the same idempotency key, but does not retry a refused call', async () => {
  const retry = { maxAttempts: 3, firstDelaySeconds: 0 };
  const { id } = await create([hook('again', { retry }), hook('refused', { retry, onError: 'continue' })]);
  answers.set(`/again-${names - 1}`, [503, 500]);
  answers.set(`/refused-${names - 1}`, [422]);
  const run = await done(id);
  expect(run.status).toBe('completed');
  expect(run.steps).toMatchObject([
    { status: 'succeeded', attempt: 3 },
    { status: 'failed', attempt: 1, error: { code: 'failed', message: 'The receiver returned 422.' } },
  ]);
  const keys = at('again').map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual(Array(3).fill(`${run.id}/again`));
  expect(at('refused')).toHaveLength(1);
});

it('undoes succeeded steps in reverse order when a step fails, with separate idempotency keys', async () => {
  const undo = (name: string) => ({
    undo: { type: 'webhook', url: `${url}/undo-${name}`, body: `{{steps.${name}.status}}` },
  });
  const { id } = await create([
    hook('one', undo('one')),
    hook('two', { dependsOn: ['one'], ...undo('two') }),
    hook('bad', { dependsOn: ['two'], onError: 'compensate', ...undo('bad') }),
    hook('never', { dependsOn: ['bad'] }),
  ]);
  answers.set(`/bad-${names - 1}`, [400]);
  const run = await done(id);
  expect(run).toMatchObject({
    status: 'failed',
    error: { message: 'The step "bad" failed: The receiver returned 400.' },
  });
  expect(states(run)).toEqual([
    ...['one succeeded', 'two succeeded', 'bad failed', 'never pending'],
    ...['two:undo succeeded', 'one:undo succeeded'],
  ]);
  expect(at('undo').map(({ path, body, headers }) => [path, body, headers['idempotency-key']])).toEqual([
    ['/undo-two', '"succeeded"', `${run.id}/two:undo`],
    ['/undo-one', '"succeeded"', `${run.id}/one:undo`],
  ]);
});

it('undoes a canceled run on request', async () => {
  const { id } = await create([
    hook('paid', { undo: { type: 'webhook', url: `${url}/refund-it` } }),
    { id: 'long', type: 'wait', seconds: 86_400, dependsOn: ['paid'] },
  ]);
  const runId = await trigger(id);
  await until(runId, ({ steps }) => steps[1]?.status === 'waiting');
  const { compensationJobId } = await runs().cancel(context, runId, { reason: '', compensate: true });
  const undoing = await until(compensationJobId ?? '', isOver);
  expect(undoing).toMatchObject({ status: 'completed', output: { undone: runId } });
  expect(at('refund').map(({ headers }) => headers['idempotency-key'])).toEqual([`${runId}/paid:undo`]);
  expect((await runs().get(context, runId)).status).toBe('cancelled');
});

it('a wait pauses the run, and the run then resumes where it stopped', async () => {
  const { id } = await create([
    hook('before'),
    { id: 'pause', type: 'wait', seconds: 3, dependsOn: ['before'] },
    hook('after', { dependsOn: ['pause'] }),
  ]);
  const run = await done(id);
  expect(states(run)).toEqual(['before succeeded', 'pause succeeded', 'after succeeded']);
  expect([at('before').length, at('after').length]).toEqual([1, 1]);
  const [row] = await queryAs<{ attempt: number }>(database.adminUrl, 'SELECT attempt FROM jobs.jobs WHERE id = $1', [
    run.id,
  ]);
  expect(row?.attempt).toBe(1);
});

it('an approval resumes the run once, and no step runs twice', async () => {
  const { id } = await create([
    hook('ask'),
    { id: 'ok', type: 'approval', dependsOn: ['ask'] },
    hook('go', { dependsOn: ['ok'] }),
  ]);
  const runId = await trigger(id);
  await until(runId, ({ steps }) => steps[1]?.status === 'waiting');
  const { user } = await makePerson(core, context.tenantId ?? '', 'owner');
  const viewer = await makePerson(core, context.tenantId ?? '', 'viewer');
  const as = (id: string): CallContext => ({ ...context, actor: { type: 'user', id }, isPlatformAdmin: false });
  const person = as(user.id);
  const order = { decision: 'approve', comment: 'fine' } as const;
  await expect(runs().decide(as(viewer.user.id), runId, 'ok', order)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await runs().decide(person, runId, 'ok', order)).toMatchObject({
    status: 'succeeded',
    output: { by: user.id },
  });
  await expect(runs().decide(person, runId, 'ok', order)).rejects.toMatchObject({ code: 'conflict' });
  expect((await until(runId, isOver)).status).toBe('completed');
  expect([at('ask').length, at('go').length]).toEqual([1, 1]);
});

describe('an input that does not match its schema fails the run before its first step', () => {
  const fitted = () => create([hook('held')], { inputSchema: { type: 'object', required: ['x'] } });
  const error = { code: 'input', message: "The input is invalid: /input must have required property 'x'" };

  it('when a job starts the run', async () => {
    const { id, name } = await fitted();
    const jobs = core.context.get(JobsPort, { strict: false });
    const begin = (input: { x?: number; y?: number }) =>
      jobs.submit(context, { type: 'workflow', kind: name, image: `${id}:1`, input });
    const bad = await until((await begin({ y: 1 })).id, isOver);
    expect(bad).toMatchObject({ status: 'failed', error, steps: [{ status: 'pending' }] });
    expect(await until((await begin({ x: 1 })).id, isOver)).toMatchObject({ status: 'completed' });
  });

  it('when a step of a different workflow starts the run', async () => {
    const { name } = await fitted();
    const above = await create([{ id: 'sub', type: 'workflow', workflow: name, input: '{{input}}' }]);
    const calls = at('held').length;
    const bad = await done(above.id, { y: 1 });
    expect(bad).toMatchObject({ status: 'failed', steps: [{ error: { message: error.message } }] });
    expect(at('held')).toHaveLength(calls);
    expect(await done(above.id, { x: 1 })).toMatchObject({ status: 'completed' });
  });
});

it('a workflow runs another workflow as a child job', async () => {
  const below = await create([hook('leaf', { body: '{{input.x}}' })]);
  const above = await create([{ id: 'sub', type: 'workflow', workflow: below.name, input: { x: '{{input.y}}' } }], {
    output: '{{steps.sub.output.leaf.body.body}}',
  });
  const run = await done(above.id, { y: 7 });
  expect(run).toMatchObject({ status: 'completed', output: 7 });
  const jobs = core.context.get(JobsPort, { strict: false });
  const [child] = (await jobs.list(context, { parentId: run.id, limit: 5, sort: '-createdAt' })).items;
  expect(child).toMatchObject({ type: 'workflow', kind: below.name, depth: 1, state: 'succeeded' });
});

it('refuses workflows that would run each other, and points to the step', async () => {
  const last = await create([{ id: 'a', type: 'wait', seconds: 0 }]);
  const middle = await create([{ id: 'a', type: 'workflow', workflow: last.name }]);
  const ring = workflowDefinition.parse({
    name: last.name,
    steps: [
      { id: 'a', type: 'wait', seconds: 0 },
      { id: 'b', type: 'workflow', workflow: middle.name },
    ],
  });
  await expect(port().replace(context, last.id, ring, null)).rejects.toMatchObject({
    code: 'invalid_request',
    fields: [{ pointer: '/steps/1/workflow', code: 'circle', message: expect.stringContaining('→') as string }],
  });
});

it('a cycle that was not detected when it was saved stops at the maximum job depth, and the error names its steps', async () => {
  const first = await create([{ id: 'a', type: 'wait', seconds: 0 }]);
  const second = await create([{ id: 'back', type: 'workflow', workflow: first.name, timeoutSeconds: 60 }]);
  const steps = [{ id: 'on', type: 'workflow', workflow: second.name, timeoutSeconds: 60 }];
  const ring = workflowDefinition.parse({ name: first.name, steps });
  // Two concurrent saves would have the same effect.
  await queryAs(database.adminUrl, 'UPDATE workflows.versions SET definition = $2 WHERE id = $1', [
    first.id,
    JSON.stringify(ring),
  ]);
  const run = await done(first.id);
  expect(run.steps).toMatchObject([{ id: 'on', status: 'failed' }]);
  expect(run.error?.message).toMatch(/^The step "on" failed: The step "back" failed: .*10 jobs above it/);
});

it('cancels all descendant jobs of a canceled run', async () => {
  const leaf = await create([{ id: 'long', type: 'wait', seconds: 86_400 }]);
  const branch = await create([{ id: 'sub', type: 'workflow', workflow: leaf.name, timeoutSeconds: 3_600 }]);
  const root = await create([{ id: 'sub', type: 'workflow', workflow: branch.name, timeoutSeconds: 3_600 }]);
  const jobs = core.context.get(JobsPort, { strict: false });
  const childOf = async (parentId: string) =>
    (await jobs.list(context, { parentId, limit: 5, sort: '-createdAt' })).items[0];
  const runId = await trigger(root.id);
  await until(runId, ({ steps }) => steps[0]?.status === 'running');
  const middle = await eventually(async () => (await childOf(runId))?.id ?? Promise.reject(new Error('none yet')));
  const last = await eventually(async () => (await childOf(middle))?.id ?? Promise.reject(new Error('none yet')));
  await runs().cancel(context, runId, { reason: 'enough', compensate: false });
  expect(await jobs.get(context, middle)).toMatchObject({ state: 'cancelled', cancelReason: `With ${runId}.` });
  expect(await jobs.get(context, last)).toMatchObject({ state: 'cancelled' });
});

it('a long child job is submitted once, and its step names the job while it runs', async () => {
  const leaf = await create([{ id: 'ok', type: 'approval' }]);
  const root = await create([{ id: 'sub', type: 'workflow', workflow: leaf.name, timeoutSeconds: 3_600 }]);
  const runId = await trigger(root.id);
  const looked = await until(runId, ({ steps }) => steps[0]?.output !== null && steps[0]?.output !== undefined);
  const jobs = core.context.get(JobsPort, { strict: false });
  const below = await jobs.list(context, { parentId: runId, limit: 5, sort: '-createdAt' });
  expect(below.items.map(({ id }) => ({ jobId: id }))).toEqual([looked.steps[0]?.output]);
  await runs().cancel(context, runId, { reason: '', compensate: false });
});

it('runs a skill as a child job, in the version that the step names', async () => {
  const skills = core.context.get(SkillsPort, { strict: false });
  for (const factor of [2, 3]) {
    const source = `export default ({ n }) => n * ${factor}`;
    await skills.register(context, 'times', skillDefinition.parse({ runtime: 'javascript', source }), null);
  }
  const { id } = await create([
    { id: 'old', type: 'skill', skill: 'times@1', input: { n: '{{input.n}}' } },
    { id: 'new', type: 'skill', skill: 'times', input: { n: '{{steps.old.output}}' }, dependsOn: ['old'] },
  ]);
  expect(await done(id, { n: 5 })).toMatchObject({ status: 'completed', output: { new: 30 } });
});

it('signs calls with one of the tenant’s secrets, and does not make a call if it has no access to the secret', async () => {
  const tenantId = context.tenantId ?? '';
  const { user } = await makePerson(core, tenantId, 'member');
  const person: CallContext = { ...context, actor: { type: 'user', id: user.id }, isPlatformAdmin: false };
  const secret = newWebhookSecret();
  await putSecret(core, tenantId, 'HOOK', secret);
  const { id } = await create([hook('signed', { secret: 'HOOK', body: 1 })]);
  const go = async () => until((await port().trigger(person, id, { input: null })).jobId, isOver);
  expect((await go()).steps[0]).toMatchObject({ status: 'failed', error: { code: 'secrets' } });
  expect(at('signed')).toEqual([]);
  await grantSecret(core, tenantId, { principal: { type: 'user', id: user.id }, path: { path: 'HOOK' } });
  const run = await go();
  expect(run.status).toBe('completed');
  const [call] = at('signed');
  if (call === undefined) throw new Error('Nothing was sent.');
  const { headers, body } = call;
  const seconds = Number(headers['webhook-timestamp']);
  expect(headers).toMatchObject(webhookHeaders([secret], { id: `${run.id}/signed`, seconds, body }));
});
