import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceError, status as Grpc } from '@grpc/grpc-js';
import { type Followed, GrpcClient } from '../../../../test/support/grpc-client';
import { JobSteps } from '../../../../test/support/job-steps';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant, suspendTenant, type TestTenant } from '../../../../test/support/two-tenants';
import { systemContext } from '../../../kernel/context/call-context';
import { Database } from '../../../kernel/database/database';
import {
  Delivery,
  type Job,
  type JobEvent,
  type JobList,
  type JobOutput,
  JobState,
  type LogLine,
  LogStream,
} from '../../../kernel/grpc/generated/coresdk/v1/jobs';
import { newId } from '../../../kernel/ids/ids';
import { SystemClock } from '../../../kernel/time/clock';
import { BlobsPort } from '../../files/contract/blobs.port';
import { jobRequest } from '../contract/job-request.types';
import { jobsConfig, type JobsConfig } from '../jobs.config';
import { LogCommits } from '../logs/log-commits';
import { StoredRunLogs } from '../logs/stored-run-logs';
import { StoredRunOutputs } from '../outputs/stored-run-outputs';
import { LogsRepository } from '../storage/logs.repository';
import { OutputsRepository } from '../storage/outputs.repository';

let database: TestDatabase;
let folder: string;
let core: TestCore;
let surface: { readonly address: string; readonly close: () => Promise<void> };
let service: GrpcClient;
let stranger: GrpcClient;
let steps: JobSteps;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'coresdk-jobs-'));
  core = await openAllCore(database, { FILES_URL: `file://${folder}` });
  surface = await openSidecarSurface(core);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  stranger = new GrpcClient(surface.address);
  steps = new JobSteps(database.adminUrl);
  await steps.takeAll();
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  service.close();
  stranger.close();
  await surface.close();
  await core.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

type Metadata = Readonly<Record<string, string>>;

const of = (tenant: TestTenant, request: object): object => ({ ...request, tenant: { tenantId: tenant.id } });
const ask = <T>(method: string, request: object, metadata: Metadata = {}, client = service): Promise<T> =>
  client.call<T>('JobService', method, of(a, request), metadata);
const submit = (request: object = {}, metadata: Metadata = {}): Promise<Job> =>
  ask<Job>('SubmitJob', { kind: 'sync/report', captureLogs: true, captureOutput: true, ...request }, metadata);
const follow = <T>(method: string, request: object, metadata: Metadata = {}): Followed<T> =>
  service.follow<T>('JobService', method, of(a, request), metadata);

const codeOf = (call: Promise<unknown>): Promise<Grpc> =>
  call.then(
    () => Grpc.OK,
    (error: ServiceError) => error.code,
  );

async function all<T>(stream: Followed<T>): Promise<readonly T[]> {
  const messages: T[] = [];
  try {
    for (;;) messages.push(await stream.next());
  } catch {
    expect(await stream.ended).toBe(Grpc.OK);
    return messages;
  }
}

const storyOf = (event: JobEvent): string =>
  Object.entries(event).find(
    ([name, value]) => !['jobId', 'ts'].includes(name) && value !== null && typeof value === 'object',
  )?.[0] ?? '';

/** A run of a job, created by the test. */
function runOf(id: string, fence: number) {
  const request = jobRequest.parse({ type: 'sync', kind: 'report' });
  return { tenantId: a.id, jobId: id, fence, isNew: false, request, context: systemContext('req', a.id) };
}

async function writeLog(id: string, fence: number, text: string): Promise<void> {
  const repository = new LogsRepository(core.context.get(Database));
  const config = core.context.get<JobsConfig>(jobsConfig.token);
  const log = new StoredRunLogs(repository, new LogCommits(repository), new SystemClock(), config).open(
    runOf(id, fence),
  );
  await log.write('stdout', text);
  await log.write('stderr', 'oh\n');
  await log.close();
}

describe('SubmitJob', () => {
  it('creates a job from the message and returns it', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const job = await submit({
      kind: 'report',
      image: 'example/report:1',
      command: ['/bin/report'],
      args: ['--all'],
      env: { MODE: 'fast' },
      input: { inline: { files: { 'in/a.txt': Buffer.from('a') } } },
      secretRefs: [{ name: 'KEY', provider: '', path: 'key', version: '', delivery: Delivery.DELIVERY_FILE }],
      limits: { cpuRequest: '100m', cpuLimit: '1', memoryRequest: '', memoryLimit: '1Gi', gpuCount: 0 },
      timeoutSeconds: 60,
      userId: 'usr-1',
    });
    expect(job).toMatchObject({
      kind: 'report',
      image: 'example/report:1',
      state: JobState.JOB_STATE_PENDING,
      tenantId: a.id,
      userId: 'usr-1',
      exitCode: 0,
      error: '',
      startedAt: 0,
      finishedAt: 0,
      k8sNamespace: '',
    });
    expect(job.jobId).toMatch(/^job-/);
    expect(job.createdAt).toBeGreaterThanOrEqual(before);
    expect(job.createdAt).toBeLessThan(before + 60);
    expect(job.outputS3Uri).toContain(job.jobId);
    expect(await ask('GetJob', { jobId: job.jobId })).toEqual(job);
  });

  it('stores neither log nor output when the message disables both', async () => {
    const job = await submit({ captureLogs: false, captureOutput: false });
    expect(job).toMatchObject({ outputS3Uri: '', logsS3Uri: '' });
  });

  it('reads the type and the kind from one field', async () => {
    for (const kind of ['report', 'skill/translate', 'sync/users/import'])
      expect((await submit({ kind })).kind).toBe(kind);
    expect((await submit({ kind: 'container/report' })).kind).toBe('report');
    await expect(submit({ kind: 'sync' })).rejects.toMatchObject({
      code: Grpc.INVALID_ARGUMENT,
      details: expect.stringContaining('sync/name') as string,
    });
  });

  it('creates one job per idempotency-key', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const sent = await Promise.all([submit({}, key), submit({}, key), submit({}, key)]);
    expect(new Set(sent.map(({ jobId }) => jobId)).size).toBe(1);
    expect(await codeOf(submit({ args: ['other'] }, key))).toBe(Grpc.INVALID_ARGUMENT);
    expect(await codeOf(submit({}, { 'idempotency-key': 'a,b' }))).toBe(Grpc.INVALID_ARGUMENT);
  });

  it.each<[string, object]>([
    ['no kind', { kind: '' }],
    ['a variable name that is reserved for the platform', { env: { CORESDK_TOKEN: 'x' } }],
    ['more than a mebibyte of inline files', { input: { inline: { files: { a: Buffer.alloc(1_048_577) } } } }],
    ['a timeout of several years', { timeoutSeconds: 4_294_967_295 }],
    [
      'an invalid limit',
      { limits: { cpuRequest: '-1', cpuLimit: '', memoryRequest: '', memoryLimit: '', gpuCount: 0 } },
    ],
    ['a prefix that points outside its folder', { outputPrefix: '../other' }],
  ])('rejects a request with %s', async (_name, request) => {
    expect(await codeOf(submit(request))).toBe(Grpc.INVALID_ARGUMENT);
  });
});

describe('a caller without a service token', () => {
  it.each(['SubmitJob', 'GetJob', 'ListJobs', 'CancelJob', 'GetJobOutput'])('is rejected by %s', async (method) => {
    expect(await codeOf(ask(method, { kind: 'report', jobId: newId('job') }, {}, stranger))).toBe(Grpc.UNAUTHENTICATED);
  });

  it.each(['WatchJob', 'GetJobLogs'])('is rejected by %s', async (method) => {
    const { jobId } = await submit();
    const stream = stranger.follow('JobService', method, of(a, { jobId }));
    await expect(stream.next()).rejects.toMatchObject({ code: Grpc.UNAUTHENTICATED });
  });

  it('is also rejected with a user’s token', async () => {
    const metadata = { authorization: `Bearer ${await a.issueToken()}` };
    expect(await codeOf(ask('ListJobs', {}, metadata, stranger))).toBe(Grpc.UNAUTHENTICATED);
  });
});

describe('jobs of a different tenant', () => {
  it('are not visible', async () => {
    const { jobId } = await submit();
    for (const method of ['GetJob', 'CancelJob', 'GetJobOutput']) {
      const call = service.call('JobService', method, of(b, { jobId }));
      expect(await codeOf(call)).toBe(Grpc.NOT_FOUND);
    }
    for (const method of ['WatchJob', 'GetJobLogs']) {
      const stream = service.follow('JobService', method, of(b, { jobId }));
      await expect(stream.next()).rejects.toMatchObject({ code: Grpc.NOT_FOUND });
    }
    const { jobs } = await service.call<JobList>('JobService', 'ListJobs', of(b, {}));
    expect(jobs).toEqual([]);
  });

  it('cannot be listed for an unknown or a suspended tenant', async () => {
    const nobody = service.call('JobService', 'ListJobs', { tenant: { tenantId: 'nobody' } });
    expect(await codeOf(nobody)).toBe(Grpc.NOT_FOUND);
    expect(await codeOf(service.call('JobService', 'ListJobs', {}))).toBe(Grpc.NOT_FOUND);
    const gone = await makeTenant(core, 'gone');
    await suspendTenant(core, gone.id);
    await core.feed.catchUp();
    expect(await codeOf(service.call('JobService', 'ListJobs', of(gone, {})))).toBe(Grpc.PERMISSION_DENIED);
  });
});

describe('ListJobs', () => {
  it('lists jobs by state, with the state names of either API, page by page', async () => {
    const tenant = await makeTenant(core, 'list');
    const list = (request: object): Promise<JobList> => service.call('JobService', 'ListJobs', of(tenant, request));
    const made: string[] = [];
    for (let at = 0; at < 5; at += 1) {
      const job = await service.call<Job>('JobService', 'SubmitJob', of(tenant, { kind: `sync/n${at}` }));
      made.unshift(job.jobId);
    }
    await steps.start(made[0] ?? '');
    const ids = ({ jobs }: JobList): readonly string[] => jobs.map(({ jobId }) => jobId);
    expect(ids(await list({}))).toEqual(made);
    const first = await list({ limit: 2 });
    expect(ids(first)).toEqual(made.slice(0, 2));
    const second = await list({ limit: 2, cursor: first.nextCursor });
    expect(ids(second)).toEqual(made.slice(2, 4));
    expect((await list({ limit: 100_000 })).nextCursor).toBe('');
    for (const word of ['queued', 'pending']) expect(ids(await list({ stateFilter: word }))).toEqual(made.slice(1));
    expect(ids(await list({ stateFilter: 'running' }))).toEqual([made[0]]);
    expect(ids(await list({ stateFilter: 'completed' }))).toEqual([]);
    for (const request of [{ stateFilter: 'asleep' }, { cursor: 'nonsense' }, { cursor: 'x'.repeat(10_000) }]) {
      expect(await codeOf(list(request))).toBe(Grpc.INVALID_ARGUMENT);
    }
  });
});

describe('CancelJob', () => {
  it('cancels a job and leaves an ended job unchanged', async () => {
    const { jobId } = await submit();
    const cancelled = await ask<Job>('CancelJob', { jobId, reason: 'enough' });
    expect(cancelled).toMatchObject({ state: JobState.JOB_STATE_CANCELLED });
    expect(cancelled.finishedAt).toBeGreaterThan(0);
    expect(await ask('CancelJob', { jobId, reason: 'again' })).toEqual(cancelled);
    const events = await all(follow<JobEvent>('WatchJob', { jobId, fromBeginning: true }));
    expect(events.at(-1)?.cancelled).toEqual({ reason: 'enough' });
  });
});

describe('WatchJob', () => {
  it('streams all events from the beginning and new events as they occur, and ends with the job', async () => {
    const { jobId } = await submit();
    const stream = follow<JobEvent>('WatchJob', { jobId, fromBeginning: true });
    const first = await stream.next();
    expect(first).toMatchObject({ jobId, created: { image: '' } });
    await steps.start(jobId);
    await steps.progress(jobId, 40, 'checkpoint');
    await steps.end(jobId, 'failed', { error: 'out of paper' });
    const rest = await all(stream);
    expect(rest.map(storyOf)).toEqual(['scheduled', 'started', 'progress', 'failed']);
    expect(rest[2]?.progress).toEqual({ stage: 'checkpoint', percent: 40, detailJson: '{"percent":40}' });
    expect(rest[3]?.failed).toEqual({ exitCode: 1, error: 'out of paper' });
    expect(Math.abs((rest[3]?.ts ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
    expect(await ask('GetJob', { jobId })).toMatchObject({ state: JobState.JOB_STATE_FAILED, error: 'out of paper' });
  });

  it('resumes after last-event-id', async () => {
    const { jobId } = await submit();
    await steps.start(jobId);
    await steps.end(jobId, 'succeeded');
    const resumed = (last: string) =>
      follow<JobEvent>('WatchJob', { jobId, fromBeginning: true }, { 'last-event-id': last });
    expect((await all(resumed('1'))).map(storyOf)).toEqual(['scheduled', 'started', 'succeeded']);
    expect(await all(resumed('4'))).toEqual([]);
    for (const last of ['5', '-1', 'x']) {
      await expect(resumed(last).next()).rejects.toMatchObject({ code: Grpc.INVALID_ARGUMENT });
    }
  });

  it('sends only the last event of an ended job unless it starts from the beginning', async () => {
    const { jobId } = await submit();
    await ask('CancelJob', { jobId });
    expect((await all(follow<JobEvent>('WatchJob', { jobId }))).map(storyOf)).toEqual(['cancelled']);
  });
});

describe('GetJobLogs', () => {
  it('streams all lines, the last lines or the lines after a given line, until the job ends', async () => {
    const { jobId } = await submit();
    const fence = await steps.start(jobId);
    const followed = all(follow<LogLine>('GetJobLogs', { jobId, follow: true }));
    await writeLog(jobId, fence, 'one\ntwo\n');
    expect((await all(follow<LogLine>('GetJobLogs', { jobId, tailLines: 1 }))).map(({ line }) => line)).toEqual(['oh']);
    const rest = await all(follow<LogLine>('GetJobLogs', { jobId, tailLines: 1 }, { 'last-event-id': '0' }));
    expect(rest.map(({ line }) => line)).toEqual(['two', 'oh']);
    await steps.end(jobId, 'succeeded');
    const lines = await followed;
    expect(lines.map(({ line }) => line)).toEqual(['one', 'two', 'oh']);
    expect(lines[2]?.stream).toBe(LogStream.LOG_STREAM_STDERR);
    expect(Math.abs((lines[0]?.ts ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
  });
});

describe('GetJobOutput', () => {
  it('lists the output of a job after its end, with presigned URLs', async () => {
    const { jobId, outputS3Uri } = await submit();
    const fence = await steps.start(jobId);
    const config = core.context.get<JobsConfig>(jobsConfig.token);
    const repository = new OutputsRepository(core.context.get(Database));
    const outputs = new StoredRunOutputs(core.context.get(BlobsPort), repository, config);
    await outputs.put(runOf(jobId, fence), 'tables/a.csv', Buffer.from('a,b\n1,2\n'));
    expect(await ask('GetJobOutput', { jobId })).toEqual({ files: [] });
    await steps.end(jobId, 'succeeded');
    const { files } = await ask<JobOutput>('GetJobOutput', { jobId, presignTtlSeconds: 60 });
    expect(files).toEqual([
      {
        key: 'tables/a.csv',
        s3Uri: `${outputS3Uri}tables/a.csv`,
        presignedUrl: expect.stringContaining('/v1/files/signed?signature=') as string,
        size: 8,
        contentType: 'text/csv; charset=utf-8',
      },
    ]);
    expect(await codeOf(ask('GetJobOutput', { jobId, presignTtlSeconds: 1e9 }))).toBe(Grpc.INVALID_ARGUMENT);
  });
});
