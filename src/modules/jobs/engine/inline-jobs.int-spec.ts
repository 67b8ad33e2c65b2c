import { Injectable } from '@nestjs/common';
import { eventually } from '../../../../test/support/eventually';
import { inTenant, type JobsWorld, openJobsWorld } from '../../../../test/support/jobs-world';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { newId } from '../../../kernel/ids/ids';
import { MasterKeyProof } from '../../../kernel/sealing/master-key-proof';
import { InlineJobsPort } from '../contract/inline-jobs.port';
import { JobLogsPort } from '../contract/job-logs.port';
import { jobQuery } from '../contract/job-query.types';
import { JobFailure, type JobRun, type RunnableJob } from '../contract/job-runner';
import type { Job, JsonValue } from '../contract/job.types';
import { SyncTask } from '../contract/sync-task';

/** Runs that wait at a gate, by their input. */
const gates = new Map<string, PromiseWithResolvers<void>>();
const gate = (name: string): PromiseWithResolvers<void> => {
  const known = gates.get(name) ?? Promise.withResolvers<void>();
  gates.set(name, known);
  return known;
};
/** The number of runs that began, by input. */
const begun = new Map<string, number>();

/** Logs a line, waits at its gate, and logs another line. */
@Injectable()
class Gated extends SyncTask {
  readonly kind = 'test/gated';
  async run({ request }: RunnableJob, run: JobRun): Promise<JsonValue> {
    const name = request.input as string;
    begun.set(name, (begun.get(name) ?? 0) + 1);
    run.progress({ stage: 'before', percent: 20 });
    await run.log('stdout', 'before\n');
    const ended = new Promise((_resolve, reject) =>
      run.signal.addEventListener('abort', () => reject(new Error('cut'))),
    );
    await Promise.race([gate(name).promise, ended]);
    run.progress({ stage: 'after', percent: 60 });
    await run.log('stderr', 'after\n');
    return { name };
  }
}

/** Logs more than is kept in memory. */
@Injectable()
class Flood extends SyncTask {
  readonly kind = 'test/flood';
  async run(_job: RunnableJob, run: JobRun): Promise<JsonValue> {
    for (let line = 0; line < 40; line += 1) await run.log('stdout', `${'x'.repeat(10_000)}\n`);
    return null;
  }
}

@Injectable()
class Failing extends SyncTask {
  readonly kind = 'test/failing';
  run({ job }: RunnableJob): Promise<JsonValue> {
    if (job.attempt === 2) return Promise.resolve('at last');
    return Promise.reject(new JobFailure('failed', 'not today'));
  }
}

let database: TestDatabase;
let world: JobsWorld;
let tenantId: string;

const open = (): Promise<JobsWorld> =>
  openJobsWorld(database, {
    tasks: [Gated, Flood, Failing],
    environment: { JOBS_TENANT_CONCURRENCY: '3', JOBS_SYNC_SLOTS: '8' },
  });

beforeAll(async () => {
  database = await createTestDatabase();
  world = await open();
  await world.get(MasterKeyProof).establish();
  await joined(1);
});

afterAll(async () => {
  await world.close();
  await database.drop();
});

beforeEach(() => {
  tenantId = newId('tnt');
});

const joined = (count: number) =>
  eventually(async () => {
    const rows = await queryAs(database.adminUrl, 'SELECT FROM jobs.executors WHERE gone_at IS NULL');
    expect(rows).toHaveLength(count);
  });
const inline = (name: string, withinMs: number, more: { readonly kind?: string; readonly key?: string } = {}) =>
  world
    .get(InlineJobsPort)
    .run(
      inTenant(tenantId, { idempotencyKey: more.key ?? null }),
      { type: 'sync', kind: `test/${more.kind ?? 'gated'}`, input: name, ...(more.kind === 'failing' ? RETRIED : {}) },
      { withinMs },
    );
const RETRIED = { retry: { maxAttempts: 2, firstDelaySeconds: 0 } };
const jobs = async () => (await world.jobs.list(inTenant(tenantId), jobQuery.parse({}))).items;
const story = async ({ id }: Job) =>
  (await world.story(inTenant(tenantId), id)).map(({ seq, type }) => `${seq} ${type}`);
async function log({ id }: Job): Promise<readonly string[]> {
  const lines: string[] = [];
  const order = { follow: false, tailLines: 0, fromLine: 0, signal: AbortSignal.timeout(120_000) };
  for await (const line of world.get(JobLogsPort).read(inTenant(tenantId), id, order)) {
    lines.push(`${line.line} ${line.stream} ${line.text.slice(0, 20)}`);
  }
  return lines;
}
const runsOf = (name: string) => eventually(() => expect(begun.get(name)).toBe(1));
function there(job: Job | null): Job {
  if (job === null) throw new Error('The job did not run in this process.');
  return job;
}

describe('a job that a caller waits for', () => {
  it('is stored when it ends, with all its reports', async () => {
    const running = inline('one', 20_000);
    await runsOf('one');
    expect(await jobs()).toEqual([]);
    gate('one').resolve();
    const job = there(await running);
    expect(job).toMatchObject({ state: 'succeeded', result: { name: 'one' }, progress: 100, attempt: 1, exitCode: 0 });
    expect(await world.jobs.get(inTenant(tenantId), job.id)).toEqual(job);
    const told = await story(job);
    expect(told.slice(0, 4)).toEqual(['1 created', '2 scheduled', '3 started', '4 progress']);
    expect(told.at(-1)).toBe(`${job.lastEvent} succeeded`);
    expect(await log(job)).toEqual(['0 stdout before', '1 stderr after']);
    const audited = await queryAs<{ action: string }>(
      database.adminUrl,
      `SELECT payload->>'action' AS action FROM kernel.outbox WHERE payload->>'resourceId' = $1`,
      [job.id],
    );
    expect(audited).toEqual([{ action: 'job.submit' }]);
  });

  it('continues like any other job after the wait ends', async () => {
    const job = there(await inline('two', 50));
    expect(job).toMatchObject({ state: 'running', node: expect.stringMatching(/^exe-/) as string });
    expect((await jobs()).map(({ id }) => id)).toEqual([job.id]);
    gate('two').resolve();
    expect(await world.ended(inTenant(tenantId), job.id)).toMatchObject({
      state: 'succeeded',
      result: { name: 'two' },
    });
    const told = await story(job);
    expect(told).toEqual(told.map((_, at) => expect.stringMatching(`^${at + 1} `) as string));
    expect(told.at(-1)).toMatch(/succeeded$/);
    expect(await log(job)).toEqual(['0 stdout before', '1 stderr after']);
    expect(begun.get('two')).toBe(1);
  });

  it('can be canceled after it is stored', async () => {
    const job = there(await inline('three', 50));
    await world.jobs.cancel(inTenant(tenantId), job.id, 'enough');
    expect(await world.jobs.get(inTenant(tenantId), job.id)).toMatchObject({
      state: 'cancelled',
      cancelReason: 'enough',
    });
    // Its slot is free again.
    gate('four').resolve();
    await eventually(async () => expect(await inline('four', 20_000)).toMatchObject({ state: 'succeeded' }));
  });

  it('fails with its own message and is retried like any other job', async () => {
    const first = there(await inline('', 20_000, { kind: 'failing' }));
    expect(first).toMatchObject({ state: 'pending', error: { message: 'not today' } });
    const ended = await world.ended(inTenant(tenantId), first.id);
    expect(ended).toMatchObject({ state: 'succeeded', result: 'at last', attempt: 2 });
  });

  it('keeps its complete log when the log exceeds the memory limit', async () => {
    const job = there(await inline('', 20_000, { kind: 'flood' }));
    expect(job.state).toBe('succeeded');
    expect(await log(job)).toHaveLength(40);
  });

  it('runs once per idempotency key', async () => {
    const key = newId('req');
    const first = inline('five', 20_000, { key });
    await runsOf('five');
    // The job exists from the beginning, so that the key can refer to it.
    const [running] = await jobs();
    expect(running?.state).toBe('running');
    const second = await inline('five', 20_000, { key });
    expect(second?.id).toBe(running?.id);
    gate('five').resolve();
    const job = there(await first);
    expect(job).toMatchObject({ id: running?.id, state: 'succeeded' });
    expect(begun.get('five')).toBe(1);
    await expect(inline('other', 20_000, { key })).rejects.toMatchObject({ code: 'unprocessable' });
  });

  it('does not start inline when the tenant has reached its limit of running jobs', async () => {
    const waits = ['six', 'seven', 'eight'].map((name) => inline(name, 20_000));
    await Promise.all(['six', 'seven', 'eight'].map(runsOf));
    expect(await inline('nine', 20_000)).toBeNull();
    for (const name of ['six', 'seven', 'eight']) gate(name).resolve();
    await Promise.all(waits);
    gate('nine').resolve();
    expect(await inline('nine', 20_000)).toMatchObject({ state: 'succeeded' });
  });

  it('is run by another process when its process ends', async () => {
    const running = inline('ten', 60_000);
    await runsOf('ten');
    await world.close();
    const job = there(await running);
    expect(job.state).toBe('running');
    world = await open();
    gate('ten').resolve();
    const ended = await world.ended(inTenant(tenantId), job.id);
    expect(ended).toMatchObject({ state: 'succeeded', result: { name: 'ten' }, attempt: 1 });
    expect(begun.get('ten')).toBe(2);
  });
});
