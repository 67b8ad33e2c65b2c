import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBackend } from '../../../test/support/backend';
import { eventually } from '../../../test/support/eventually';
import { openStream } from '../../../test/support/event-source';
import { type Answer, call, type Call, expectError } from '../../../test/support/http-client';
import { JobSteps } from '../../../test/support/job-steps';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { claimsOf, declareScopes, makeTenant, signToken, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { Database } from '../../kernel/database/database';
import type { Page } from '../../kernel/lists/page';
import { newId, newUlid } from '../../kernel/ids/ids';
import { SystemClock } from '../../kernel/time/clock';
import { BlobsPort } from '../../modules/files/contract/blobs.port';
import { JOB_LIMITS } from '../../modules/jobs/contract/job-limits';
import { jobRequest } from '../../modules/jobs/contract/job-request.types';
import { JobFailure, JobStop } from '../../modules/jobs/contract/job-runner';
import { jobsConfig, type JobsConfig } from '../../modules/jobs/jobs.config';
import { LogCommits } from '../../modules/jobs/logs/log-commits';
import { StoredRunLogs } from '../../modules/jobs/logs/stored-run-logs';
import { StoredRunOutputs } from '../../modules/jobs/outputs/stored-run-outputs';
import type { JobView, OutputView } from '../../modules/jobs/contract/job-view';
import type { ScheduleView } from '../../modules/jobs/rest/schedule-view';
import type { RunRef } from '../../modules/jobs/run/run-ports';
import { LogsRepository } from '../../modules/jobs/storage/logs.repository';
import { OutputsRepository } from '../../modules/jobs/storage/outputs.repository';

const REPORT = { type: 'sync', kind: 'report' };

let database: TestDatabase;
let folder: string;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openBackend>>;
let steps: JobSteps;
let a: TestTenant;
let b: TestTenant;
let tokenA: string;
let tokenB: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'coresdk-jobs-'));
  core = await openAllCore(database, { FILES_URL: `file://${folder}`, FILES_SWEEP_SECONDS: '1' });
  surface = await openBackend(core);
  steps = new JobSteps(database.adminUrl);
  await steps.takeAll();
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  for (const tenant of [a, b]) await declareScopes(core, tenant, ['report.write', 'list.write']);
  [tokenA, tokenB] = [await tokenOf(a), await tokenOf(b)];
});

afterAll(async () => {
  await surface.close();
  await core.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function tokenOf(tenant: TestTenant, scope = 'jobs.read jobs.write report.write list.write'): Promise<string> {
  return signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), scope });
}

const ask = <T = JobView>(path: string, options: Call = {}, token = tokenA): Promise<Answer<T>> =>
  call<T>(`${surface.url}/v1/jobs${path}`, { token, ...options });
const submit = async (more: object = {}): Promise<JobView> => {
  const { status, body } = await ask('', { json: { ...REPORT, ...more } });
  expect(status).toBe(202);
  return body;
};
const stream = (path: string, lastEventId?: string) =>
  openStream(`${surface.url}/v1/jobs${path}`, { token: tokenA, ...(lastEventId === undefined ? {} : { lastEventId }) });

const runOf = (id: string, fence: number, more: object = {}): RunRef => ({
  tenantId: a.id,
  jobId: id,
  fence,
  isNew: false,
  request: { ...jobRequest.parse(REPORT), ...more },
  context: systemContext('req', a.id),
});

function outputs(maxBytes = 1_000_000): StoredRunOutputs {
  const repository = new OutputsRepository(core.context.get(Database));
  return new StoredRunOutputs(core.context.get(BlobsPort), repository, { JOBS_MAX_OUTPUT_BYTES: maxBytes });
}

function logOf(id: string, fence: number) {
  const repository = new LogsRepository(core.context.get(Database));
  const config = core.context.get<JobsConfig>(jobsConfig.token);
  const logs = new StoredRunLogs(repository, new LogCommits(repository), new SystemClock(), config);
  return logs.open(runOf(id, fence));
}

describe('a job over REST', () => {
  it('is submitted, shown in the terms of the REST API, and recorded', async () => {
    const answer = await ask('', { json: { ...REPORT, input: { month: 11 }, priority: 7 } });
    expect(answer.status).toBe(202);
    const { body } = answer;
    expect(answer.headers.get('location')).toBe(`/v1/jobs/${body.id}`);
    expect(body).toMatchObject({
      type: 'sync',
      kind: 'report',
      status: 'queued',
      progress: 0,
      input: { month: 11 },
    });
    expect(body).toMatchObject({ output: null, error: null, startedAt: null, completedAt: null, priority: 7 });
    const sql = 'SELECT action, resource_id, actor_id FROM audit.events WHERE request_id = $1';
    const rows = await queryAs(database.adminUrl, sql, [answer.requestId]);
    expect(rows).toEqual([{ action: 'job.submit', resource_id: body.id, actor_id: a.clientId }]);

    await steps.start(body.id);
    await steps.progress(body.id, 30);
    expect((await ask(`/${body.id}`)).body).toMatchObject({ status: 'running', progress: 30, stage: 'step' });
    await steps.end(body.id, 'succeeded', { result: { pages: 3 } });
    const ended = await ask(`/${body.id}`);
    expect(ended.body).toMatchObject({ status: 'completed', progress: 100, output: { pages: 3 }, error: null });
    const etag = ended.headers.get('etag') ?? '';
    expect((await ask(`/${body.id}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('shows why it failed', async () => {
    const { id } = await submit();
    await steps.start(id);
    await steps.end(id, 'failed', { error: 'out of paper' });
    const error = { code: 'failed', message: 'out of paper' };
    expect((await ask(`/${id}`)).body).toMatchObject({ status: 'failed', error, output: null });
  });

  it('is created once per Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await ask('', { json: REPORT, headers });
    const again = await ask('', { json: REPORT, headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expectError(await ask('', { json: { ...REPORT, kind: 'report/other' }, headers }), 422, 'unprocessable');
  });

  it('accepts inline files in base64', async () => {
    const { id } = await submit({ files: { 'a/b.txt': Buffer.from('content').toString('base64') } });
    const sql = 'SELECT path, content FROM jobs.inputs WHERE job_id = $1';
    expect(await queryAs(database.adminUrl, sql, [id])).toEqual([{ path: 'a/b.txt', content: Buffer.from('content') }]);
  });

  it.each<[string, object, string]>([
    ['no type', { type: undefined }, '/type'],
    ['an unknown type', { type: 'magic' }, '/type'],
    ['an unknown member', { colour: 'red' }, '/colour'],
    ['a variable reserved for the platform', { env: { CORESDK_TOKEN: 'x' } }, '/env'],
    ['a negative timeout', { timeoutSeconds: -1 }, '/timeoutSeconds'],
    ['a file that is not base64', { files: { a: '*' } }, '/files/a'],
    ['a file path that leaves the folder', { files: { '../a': 'YQ==' } }, '/files'],
  ])('is rejected with %s', async (_name, more, pointer) => {
    const refused = await ask('', { json: { ...REPORT, ...more } });
    const { errors = [] } = expectError(refused, 400, 'invalid_request');
    expect(errors.map((error) => error.pointer)).toContainEqual(expect.stringContaining(pointer));
  });

  it('is rejected if it is too large or no worker runs its type', async () => {
    expectError(await ask('', { json: { ...REPORT, input: 'x'.repeat(10_000_000) } }), 413, 'payload_too_large');
    await queryAs(database.adminUrl, `UPDATE jobs.executors SET takes = takes - 'container' WHERE id = 'exe-steps'`);
    await eventually(async () => {
      expectError(await ask('', { json: { type: 'container', kind: 'x' } }), 422, 'unprocessable');
    });
  });

  it('requires the scope, and is hidden from other tenants', async () => {
    const { id } = await submit();
    const reader = await tokenOf(a, 'jobs.read');
    const stranger = await tokenOf(a, 'projects.read');
    expectError(await ask('', { json: REPORT }, reader), 403, 'forbidden');
    expectError(await ask(`/${id}/cancel`, { method: 'POST' }, reader), 403, 'forbidden');
    for (const path of ['', `/${id}`, `/${id}/events`, `/${id}/logs`, `/${id}/output`]) {
      expectError(await ask(path, {}, stranger), 403, 'forbidden');
      expectError(await call(`${surface.url}/v1/jobs${path}`), 401, 'unauthorized');
    }
    for (const path of [`/${id}`, `/${id}/events`, `/${id}/logs`, `/${id}/output`, '/nothing/events']) {
      expectError(await ask(path, {}, tokenB), 404, 'not_found');
    }
    for (const path of [`/${id}/cancel`, `/${id}/requeue`]) {
      expectError(await ask(path, { method: 'POST' }, tokenB), 404, 'not_found');
    }
  });

  it('requires the scope that the API for its type requires', async () => {
    const token = await tokenOf(a, 'jobs.read jobs.write');
    const { id } = await submit();
    await ask(`/${id}/cancel`, { method: 'POST' });
    for (const [type, kind, scope] of [
      ['workflow', 'report', 'workflows.write'],
      ['skill', 'translate', 'skills.run'],
      ['sync', 'users/import', 'users.write'],
    ]) {
      const json = { type, kind };
      expect(expectError(await ask('', { json }, token), 403, 'forbidden').error_description).toContain(scope);
      const schedule = { method: 'PUT', json: { cron: '0 3 * * *', job: json } };
      expectError(await ask('/schedules/around', schedule, token), 403, 'forbidden');
    }
    expectError(await ask(`/${id}/requeue`, { method: 'POST' }, token), 403, 'forbidden');
    const more = await tokenOf(a, 'jobs.write skills.run users.write');
    for (const json of [
      { type: 'skill', kind: 'translate' },
      { type: 'sync', kind: 'users/import' },
    ]) {
      expect((await ask('', { json }, more)).status).toBe(202);
    }
  });

  it('can be listed by its attributes, page by page', async () => {
    const made: string[] = [];
    for (const kind of ['list/one', 'list/two', 'list/two']) made.unshift((await submit({ kind })).id);
    const ids = async (query: string): Promise<readonly string[]> =>
      (await ask<Page<JobView>>(`?${query}`)).body.items.map((item) => item.id);
    expect(await ids('kind=list/two')).toEqual(made.slice(0, 2));
    expect(await ids('kind=list/two&sort=createdAt')).toEqual(made.slice(0, 2).reverse());
    expect(await ids('kind=list/two&status=queued,running')).toHaveLength(2);
    expect(await ids('kind=list/two&status=pending')).toHaveLength(2);
    expect(await ids('kind=list/two&status=completed')).toEqual([]);
    const first = (await ask<Page<JobView> & { total: number }>('?kind=list/two&limit=1&include=total')).body;
    expect([first.items[0]?.id, first.total]).toEqual([made[0], 2]);
    expect(await ids(`kind=list/two&limit=1&cursor=${first.nextCursor ?? ''}`)).toEqual([made[1]]);
    for (const query of ['status=asleep', 'colour=red', 'limit=501', 'cursor=nonsense', 'type=magic']) {
      expectError(await ask(`?${query}`), 400, 'invalid_request');
    }
  });

  it('can be canceled, and stays canceled', async () => {
    const { id } = await submit();
    const cancelled = await ask(`/${id}/cancel`, { json: { reason: 'enough' } });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', cancelReason: 'enough' });
    expect((await ask(`/${id}/cancel`, { method: 'POST' })).body).toEqual(cancelled.body);
    expectError(await ask(`/${id}/cancel`, { json: { reason: 'x'.repeat(2_000) } }), 400, 'invalid_request');
  });

  it('can be requeued once, as a new job', async () => {
    const { id } = await submit({ input: [1] });
    expectError(await ask(`/${id}/requeue`, { method: 'POST' }), 409, 'conflict');
    await ask(`/${id}/cancel`, { method: 'POST' });
    const again = await ask(`/${id}/requeue`, { method: 'POST' });
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ requeuedFrom: id, status: 'queued', input: [1] });
    expect((await ask(`/${id}/requeue`, { method: 'POST' })).body.id).toBe(again.body.id);
    expect((await ask(`/${id}`)).body.requeuedAs).toBe(again.body.id);
  });
});

describe('the events of a job', () => {
  it('arrive as they happen, numbered, until the job ends', async () => {
    const { id } = await submit();
    const open = await stream(`/${id}/events`);
    await eventually(() => expect(open.events).toHaveLength(1));
    await steps.start(id);
    await steps.progress(id, 10);
    await steps.end(id, 'succeeded');
    await open.ended;
    expect(open.response.headers.get('content-type')).toContain('text/event-stream');
    const told = open.events.map(({ id: seq, event }) => `${seq} ${event}`);
    expect(told).toEqual(['1 created', '2 scheduled', '3 started', '4 progress', '5 succeeded']);
    expect(JSON.parse(open.events[3]?.data ?? '')).toMatchObject({ jobId: id, seq: 4, percent: 10, stage: 'step' });
  });

  it('resume after Last-Event-ID, and end with the job', async () => {
    const { id } = await submit();
    await steps.start(id);
    const now = await stream(`/${id}/events?from=now`);
    await steps.end(id, 'failed', { error: 'no' });
    const resumed = await stream(`/${id}/events`, '2');
    await Promise.all([resumed.ended, now.ended]);
    expect(resumed.events.map((event) => event.id)).toEqual(['3', '4']);
    expect(now.events.map(({ event }) => event)).toEqual(['failed']);
    expect((await stream(`/${id}/events`, '4')).response.status).toBe(204);
    for (const last of ['5', '-1', 'x']) {
      expectError(await ask(`/${id}/events`, { headers: { 'last-event-id': last } }), 400, 'invalid_request');
    }
    expectError(await ask(`/${id}/events`, { headers: { accept: 'application/json' } }), 406, 'not_acceptable');
    expectError(await ask(`/${id}/events?from=yesterday`), 400, 'invalid_request');
    expect((await ask(`/${id}/events`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('the log of a job', () => {
  it('is text for a reader and a stream of messages for a follower', async () => {
    const { id } = await submit();
    const fence = await steps.start(id);
    const followed = await stream(`/${id}/logs`);
    const log = logOf(id, fence);
    await log.write('stdout', 'one\ntwo\n<b>three</b>');
    await log.close();
    const text = await ask(`/${id}/logs`);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('x-content-type-options')).toBe('nosniff');
    expect(text.text).toBe('one\ntwo\n<b>three</b>\n');
    expect((await ask(`/${id}/logs?tail=1`)).text).toBe('<b>three</b>\n');
    expect((await ask(`/${id}/logs?fromLine=1`)).text).toBe('two\n<b>three</b>\n');
    expectError(await ask(`/${id}/logs?fromLine=1&tail=1`), 400, 'invalid_request');
    expectError(await ask(`/${id}/logs?tail=-1`), 400, 'invalid_request');
    const textEnd = call(`${surface.url}/v1/jobs/${id}/logs?follow=true`, { token: tokenA });
    await steps.end(id, 'succeeded');
    await followed.ended;
    expect(followed.events.map((event) => `${event.id} ${event.event}`)).toEqual(['0 log', '1 log', '2 log']);
    expect(JSON.parse(followed.events[1]?.data ?? '')).toMatchObject({ line: 1, stream: 'stdout', text: 'two' });
    expect((await textEnd).text).toBe(text.text);

    const resumed = await stream(`/${id}/logs?tail=1`, '0');
    await resumed.ended;
    expect(resumed.events.map((event) => event.id)).toEqual(['1', '2']);
    expect((await stream(`/${id}/logs`, '2')).response.status).toBe(204);
  });

  it('returns 204 to a follower if it is empty', async () => {
    const { id } = await submit();
    await ask(`/${id}/cancel`, { method: 'POST' });
    expect((await stream(`/${id}/logs`)).response.status).toBe(204);
    expect((await ask(`/${id}/logs`)).text).toBe('');
  });
});

describe('the output of a job', () => {
  const objects = async (): Promise<readonly string[]> => {
    const found = await readdir(join(folder, a.id), { recursive: true, withFileTypes: true }).catch(() => []);
    return found.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  it('consists of files with signed URLs once the job has ended, and is deleted with the job', async () => {
    const { id } = await submit();
    const run = runOf(id, await steps.start(id));
    const kept = outputs();
    await kept.put(run, 'a.html', Buffer.from('old'));
    await kept.put(run, 'a.html', Buffer.from('<script>1</script>'));
    await kept.put(run, 'deep/b.bin', piecesOf([Buffer.from([0, 1]), Buffer.from([2])]));
    expect((await ask<OutputView>(`/${id}/output`)).body.items).toEqual([]);
    await steps.end(id, 'succeeded');
    const { items } = (await ask<OutputView>(`/${id}/output?ttlSeconds=60`)).body;
    expect(items.map(({ key, size, contentType }) => [key, size, contentType])).toEqual([
      ['a.html', 18, 'text/html; charset=utf-8'],
      ['deep/b.bin', 3, 'application/octet-stream'],
    ]);
    const [page, binary] = items.map(({ url }) => surface.url + new URL(url).pathname + new URL(url).search);
    const got = await call(page ?? '');
    expect(got.text).toBe('<script>1</script>');
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="a.html"');
    expect(got.headers.get('content-security-policy')).toContain('sandbox');
    const part = await call(binary ?? '', { headers: { range: 'bytes=1-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 1-2/3']);
    expect((await call(binary ?? '', { headers: { 'if-none-match': part.headers.get('etag') ?? '' } })).status).toBe(
      304,
    );
    expectError(await call(page ?? '', { method: 'PUT', body: 'x' }), 403, 'forbidden');
    expectError(await call(`${page}x`), 403, 'forbidden');
    const sql = 'SELECT action, resource_id FROM audit.events WHERE request_id = $1';
    const audited = await queryAs(database.adminUrl, sql, [got.requestId]);
    expect(audited).toEqual([{ action: 'file.signed.get', resource_id: `${id}/a.html` }]);

    expect((await objects()).length).toBeGreaterThanOrEqual(2);
    await queryAs(database.adminUrl, 'DELETE FROM jobs.outputs WHERE job_id = $1', [id]);
    await queryAs(database.adminUrl, 'DELETE FROM jobs.jobs WHERE id = $1', [id]);
    expectError(await call(page ?? ''), 404, 'not_found');
    await eventually(async () => expect(await objects()).toEqual([]));
  });

  it('can be downloaded until its signed URL expires', async () => {
    const { id } = await submit();
    const run = runOf(id, await steps.start(id));
    await outputs().put(run, 'a', Buffer.from('a'));
    await steps.end(id, 'succeeded');
    const { url = '' } = (await ask<OutputView>(`/${id}/output?ttlSeconds=1`)).body.items[0] ?? {};
    await eventually(async () =>
      expectError(await call(surface.url + new URL(url).pathname + new URL(url).search), 403, 'forbidden'),
    );
    for (const ttl of ['0', '-1', String(JOB_LIMITS.maxPresignSeconds + 1), 'x']) {
      expectError(await ask(`/${id}/output?ttlSeconds=${ttl}`), 400, 'invalid_request');
    }
  });

  it('has a size limit, and only the current run can write it', async () => {
    const { id } = await submit();
    const run = runOf(id, await steps.start(id));
    const kept = outputs(10);
    await kept.put(run, 'a', Buffer.alloc(6));
    await expect(kept.put(run, 'b', Buffer.alloc(6))).rejects.toMatchObject({ code: 'limit', mayRetry: false });
    await kept.put(run, 'a', Buffer.alloc(10));
    for (const key of ['', '../a', '/a', 'a//b', 'a\\b', 'a\0', 'x'.repeat(600)]) {
      await expect(kept.put(run, key, Buffer.alloc(1))).rejects.toBeInstanceOf(JobFailure);
    }
    await kept.put({ ...run, request: { ...run.request, captureOutput: false } }, 'c', Buffer.alloc(1_000));
    const failing = kept.put(run, 'a', piecesOf([Buffer.alloc(1), new Error('cut')]));
    await expect(failing).rejects.toThrow('cut');
    await steps.start(id);
    await expect(kept.put(run, 'a', Buffer.alloc(1))).rejects.toBeInstanceOf(JobStop);
    await steps.end(id, 'succeeded');
    const { items } = (await ask<OutputView>(`/${id}/output`)).body;
    expect(items.map(({ key, size }) => [key, size])).toEqual([['a', 10]]);
    const held = 'SELECT count(*)::int AS held FROM files.objects WHERE holder = $1';
    expect(await queryAs(database.adminUrl, held, [id])).toEqual([{ held: 1 }]);
  });
});

async function* piecesOf(pieces: readonly (Buffer | Error)[]): AsyncIterable<Buffer> {
  for (const piece of pieces) {
    await Promise.resolve();
    if (piece instanceof Error) throw piece;
    yield piece;
  }
}

describe('a schedule of jobs', () => {
  const nightly = { cron: '0 3 * * *', timeZone: 'Europe/Berlin', job: { ...REPORT, input: { month: 11 } } };
  const put = (name: string, json: object, token = tokenA) =>
    ask<ScheduleView>(`/schedules/${encodeURIComponent(name)}`, { method: 'PUT', json }, token);

  it('can be created, read, changed and deleted by name', async () => {
    const made = await put('reports/nightly', nightly);
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({ name: 'reports/nightly', cron: '0 3 * * *', paused: false, lastJobId: null });
    expect(made.body.job).toMatchObject({ ...REPORT, input: { month: 11 }, priority: 5 });
    expect(Date.parse(made.body.nextAt ?? '')).toBeGreaterThan(Date.now());
    const got = await ask<ScheduleView>('/schedules/reports%2Fnightly');
    expect(got.body).toEqual(made.body);
    const known = { headers: { 'if-none-match': got.headers.get('etag') ?? '' } };
    expect((await ask('/schedules/reports%2Fnightly', known)).status).toBe(304);
    const paused = await put('reports/nightly', { ...nightly, paused: true });
    expect(paused.body).toMatchObject({ id: made.body.id, paused: true, nextAt: null });
    expect((await ask<Page<ScheduleView>>('/schedules')).body.items).toEqual([paused.body]);
    expect((await ask<Page<ScheduleView>>('/schedules', {}, tokenB)).body.items).toEqual([]);
    expectError(await ask('/schedules/reports%2Fnightly', {}, tokenB), 404, 'not_found');
    expect((await ask('/schedules/reports%2Fnightly', { method: 'DELETE' })).status).toBe(204);
    expectError(await ask('/schedules/reports%2Fnightly', { method: 'DELETE' }), 404, 'not_found');
  });

  it.each<[string, object, string]>([
    ['no pattern', { cron: 'often' }, '/cron'],
    ['an unknown time zone', { timeZone: 'Mars/Base' }, '/timeZone'],
    ['inline files', { job: { ...REPORT, files: { a: 'YQ==' } } }, '/job/files'],
    ['an invalid job', { job: { ...REPORT, timeoutSeconds: -1 } }, '/job/timeoutSeconds'],
  ])('is rejected with %s', async (_name, more, pointer) => {
    const { errors = [] } = expectError(await put('bad', { ...nightly, ...more }), 400, 'invalid_request');
    expect(errors[0]?.pointer).toContain(pointer);
    expectError(await put('bad', nightly, await tokenOf(a, 'jobs.read')), 403, 'forbidden');
  });
});

it('an invalid ID gets the same response as an unknown ID', async () => {
  for (const id of ['job-1', newId('job'), 'x'.repeat(300)]) expectError(await ask(`/${id}`), 404, 'not_found');
});
