import { randomUUID } from 'node:crypto';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { openSidecarCore, type TestCore } from '../../../test/support/test-core';
import { JobSteps } from '../../../test/support/job-steps';
import { Database } from '../../kernel/database/database';
import type { NewJob } from './contract/job-request.types';
import { jobQuery } from './contract/job-query.types';
import type { JobEvent } from './contract/job.types';
import { JobsPort } from './contract/jobs.port';
import { JobsRepository } from './storage/jobs.repository';
import { OutputsRepository } from './storage/outputs.repository';

const OTHER = newId('tnt');

let database: TestDatabase;
let core: TestCore;
let jobs: JobsPort;
let tenantId: string;

const inTenant = (tenant: string, more: Partial<CallContext> = {}): CallContext => ({
  ...systemContext('req-jobs', tenant),
  ...more,
});
const here = (more: Partial<CallContext> = {}): CallContext => inTenant(tenantId, more);
const report: NewJob = { type: 'container', kind: 'report', image: 'example/report:1', args: ['--all'] };

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openSidecarCore(database);
  jobs = core.context.get(JobsPort);
  await queryAs(
    database.adminUrl,
    `INSERT INTO jobs.executors (id, node, protocol, takes) VALUES ('exe-1', 'here', 1, '{"container": null}')`,
  );
});

beforeEach(() => {
  tenantId = newId('tnt');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const eventsOf = async (id: string, afterSeq: number | null = 0): Promise<JobEvent[]> => {
  const events: JobEvent[] = [];
  const signal = AbortSignal.timeout(120_000);
  for await (const event of jobs.watch(here(), id, { afterSeq, signal })) events.push(event);
  return events;
};

describe('a submitted job', () => {
  it('waits, with all fields of its request and its first event', async () => {
    const job = await jobs.submit(here(), { ...report, priority: 7, timeoutSeconds: 60 });
    expect(job).toMatchObject({ state: 'pending', kind: 'report', image: 'example/report:1', priority: 7 });
    expect(job).toMatchObject({ timeoutSeconds: 60, attempt: 0, progress: 0, lastEvent: 1, startedAt: null });
    expect(await jobs.get(here(), job.id)).toEqual(job);
  });

  it('is created once per idempotency key, and a different request with the same key is refused', async () => {
    const context = here({ idempotencyKey: randomUUID() });
    const sent = await Promise.all([1, 2, 3].map(() => jobs.submit(context, report)));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    await expect(jobs.submit(context, { ...report, kind: 'other' })).rejects.toMatchObject({ code: 'unprocessable' });
    expect((await jobs.list(here(), jobQuery.parse({}))).items).toHaveLength(1);
  });

  it('is refused when no worker accepts it', async () => {
    await expect(jobs.submit(here(), { type: 'skill', kind: 'translate' })).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringContaining('No worker') as string,
    });
  });

  it.each<[string, object, string]>([
    ['a variable name that is reserved for the platform', { env: { coresdk_job_id: 'x' } }, '/env'],
    ['a negative timeout', { timeoutSeconds: -1 }, '/timeoutSeconds'],
    ['a timeout of several years', { timeoutSeconds: 1e9 }, '/timeoutSeconds'],
    ['inline files of 10 MB', { files: { 'a.bin': new Uint8Array(10_000_000) } }, '/files'],
    ['an input of 10 MB', { input: 'x'.repeat(10_000_000) }, '/input'],
    ['a file path outside the directory', { files: { '../a': new Uint8Array(1) } }, '/files'],
    ['a negative limit', { limits: { cpuLimit: '-1' } }, '/limits/cpuLimit'],
    ['a limit beyond the capacity of any machine', { limits: { memoryLimit: '9999999Ti' } }, '/limits/memoryLimit'],
    ['a request above its limit', { limits: { cpuLimit: '100m', cpuRequest: '2' } }, '/limits/cpuRequest'],
    ['an unknown member', { colour: 'red' }, '/colour'],
    ['a kind with spaces', { kind: 'a b' }, '/kind'],
  ])('is refused with %s', async (_name, members, pointer) => {
    const refused = jobs.submit(here(), { ...report, ...members });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [expect.objectContaining({ pointer: expect.stringContaining(pointer) as string })],
    });
  });
});

describe('jobs of a tenant', () => {
  it('are not visible to other tenants', async () => {
    const { id } = await jobs.submit(here(), report);
    const other = inTenant(OTHER);
    await expect(jobs.get(other, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(jobs.cancel(other, id, '')).rejects.toMatchObject({ code: 'not_found' });
    await expect(jobs.requeue(other, id)).rejects.toMatchObject({ code: 'not_found' });
    const watched = jobs.watch(other, id, { afterSeq: 0, signal: AbortSignal.timeout(120_000) });
    await expect(watched[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'not_found' });
    expect((await jobs.list(other, jobQuery.parse({}))).items).toEqual([]);
  });

  it('are listed in pages, newest first, by state and kind', async () => {
    for (const kind of ['a', 'b', 'a', 'a', 'b']) await jobs.submit(here(), { ...report, kind });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await jobs.list(here(), jobQuery.parse({ limit: 2, cursor }));
      seen.push(...page.items.map(({ kind }) => kind));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['b', 'a', 'a', 'b', 'a']);
    const { items } = await jobs.list(here(), jobQuery.parse({ kind: 'b', states: ['pending'] }));
    expect(items.map(({ kind }) => kind)).toEqual(['b', 'b']);
    expect((await jobs.list(here(), jobQuery.parse({ states: ['failed'] }))).items).toEqual([]);
  });
});

describe('a job that is cancelled', () => {
  it('ends once, with the reason, and does not change afterwards', async () => {
    const { id } = await jobs.submit(here(), report);
    const cancelled = await Promise.all([1, 2, 3].map((n) => jobs.cancel(here(), id, `reason ${n}`)));
    expect(new Set(cancelled.map(({ state }) => state))).toEqual(new Set(['cancelled']));
    expect(new Set(cancelled.map(({ cancelReason }) => cancelReason)).size).toBe(1);
    const events = await eventsOf(id);
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'created'],
      [2, 'cancelled'],
    ]);
    expect(await eventsOf(id, 1)).toEqual(events.slice(1));
    expect(await eventsOf(id, null)).toEqual(events.slice(1));
    expect(await eventsOf(id, 2)).toEqual([]);
  });

  it('can be retried as one new job', async () => {
    const job = await jobs.submit(here(), { ...report, files: { 'in/data.txt': Buffer.from('hello') } });
    await expect(jobs.requeue(here(), job.id)).rejects.toMatchObject({ code: 'conflict' });
    await jobs.cancel(here(), job.id, '');
    const again = await jobs.requeue(here(), job.id);
    expect(again).toMatchObject({ state: 'pending', kind: 'report', image: job.image, requeuedFrom: job.id });
    expect((await jobs.requeue(here(), job.id)).id).toBe(again.id);
    expect(await jobs.get(here(), job.id)).toMatchObject({ state: 'cancelled', requeuedAs: again.id });
    const files = await queryAs(database.adminUrl, 'SELECT path, content FROM jobs.inputs WHERE job_id = $1', [
      again.id,
    ]);
    expect(files).toEqual([{ path: 'in/data.txt', content: Buffer.from('hello') }]);
  });
});

describe('a run that lost its job to a different run', () => {
  it('can no longer write any data', async () => {
    const { id } = await jobs.submit(here(), report);
    const steps = new JobSteps(database.adminUrl);
    await steps.takeAll();
    const [lost, current] = [await steps.start(id), await steps.start(id)];
    const store = core.context.get(Database);
    const repository = new JobsRepository(store);
    await repository.noteSecrets(tenantId, id, current, ['current']);
    await repository.noteSecrets(tenantId, id, lost, ['lost']);
    expect(await queryAs(database.adminUrl, 'SELECT secret_names FROM jobs.jobs WHERE id = $1', [id])).toEqual([
      { secret_names: ['current'] },
    ]);
    const outputs = new OutputsRepository(store);
    const put = (fence: number) =>
      outputs.put(
        { tenantId, jobId: id, fence },
        { key: 'a.csv', object: newId('fil'), sizeBytes: 1, sha256: Buffer.alloc(32), contentType: 'text/csv' },
        { files: 10, bytes: 10 },
      );
    expect(await put(lost)).toBe('lost');
    expect(await put(current)).toEqual({ replaced: null });
  });
});
