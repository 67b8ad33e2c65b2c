import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { newId } from '../../src/kernel/ids/ids';
import type { Job, JobEvent } from '../../src/modules/jobs/contract/job.types';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import { COMPILE_CACHE } from '../support/compile-cache';
import { eventually } from '../support/eventually';
import { inTenant } from '../support/jobs-world';
import { openSidecarCore, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';

/** A report from a task of a worker process. */
interface Told {
  readonly job: string;
  readonly did: string;
  readonly pid: number;
  readonly at: number;
}

let database: TestDatabase;
let core: TestCore;
let jobs: JobsPort;
const tenantId = newId('tnt');
const told: Told[] = [];
const workers = new Set<ChildProcess>();

/** Starts a worker. Resolves when it is ready. */
async function startWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.resolve(__dirname, '../support/jobs-worker.cjs')], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...COMPILE_CACHE,
      WORKER_DATABASE_URL: database.appUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  workers.add(child);
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    told.push(...lines.filter((line) => line.includes('"did"')).map((line) => JSON.parse(line) as Told));
  });
  await eventually(() => expect(told.some(({ did, pid }) => did === 'ready' && pid === child.pid)).toBe(true));
  return child;
}

const didOf = (job: string): string[] => told.filter((one) => one.job === job).map(({ did }) => did);
const count = (job: string, did: string): number => didOf(job).filter((one) => one === did).length;

async function submit(steps: number, ms: number): Promise<Job> {
  return eventually(() => jobs.submit(inTenant(tenantId), { type: 'sync', kind: 'test/steps', input: { steps, ms } }));
}

async function story(id: string): Promise<readonly JobEvent[]> {
  const events: JobEvent[] = [];
  const order = { afterSeq: 0, signal: AbortSignal.timeout(120_000) };
  for await (const event of jobs.watch(inTenant(tenantId), id, order)) events.push(event);
  return events;
}

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openSidecarCore(database);
  jobs = core.context.get(JobsPort);
});

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await core.close();
  await database.drop();
});

describe('a killed worker', () => {
  it('loses no jobs: a different worker resumes them where they stopped, without repeating finished steps', async () => {
    const killed = await startWorker();
    const running = await Promise.all(Array.from({ length: 5 }, () => submit(3, 1_000)));
    await eventually(() => running.forEach(({ id }) => expect(didOf(id)).toContain('began 2')));
    killed.kill('SIGKILL');
    const diedAt = Date.now();
    await startWorker();
    for (const { id } of running) {
      const events = await story(id);
      expect(events.at(-1)).toMatchObject({ type: 'succeeded' });
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const places = events.filter(({ type }) => type === 'scheduled') as {
        readonly node: string;
        readonly at: string;
      }[];
      expect(new Set(places.map(({ node }) => node)).size).toBe(2);
      // A generous limit: the takeover takes about four seconds, three of which are silence.
      expect(Date.parse(places[1]?.at ?? '') - diedAt).toBeLessThan(15_000);
      expect(count(id, 'finished 1')).toBe(1);
      expect(count(id, 'finished 2')).toBe(1);
      expect(await jobs.get(inTenant(tenantId), id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      const chunks = await queryAs<{ lines: number }>(
        database.adminUrl,
        'SELECT sum(lines)::int AS lines FROM jobs.log_chunks WHERE job_id = $1',
        [id],
      );
      expect(chunks[0]?.lines).toBeGreaterThanOrEqual(3);
    }
  });

  it('hands over its jobs immediately when asked to stop', async () => {
    await startWorker();
    const { id } = await submit(2, 4_000);
    await eventually(() => expect(didOf(id)).toContain('began 1'));
    const runner = told.find(({ job }) => job === id)?.pid;
    for (const worker of workers) if (worker.pid === runner) worker.kill('SIGTERM');
    const events = await story(id);
    expect(events.at(-1)).toMatchObject({ type: 'succeeded' });
    expect(events.filter(({ type }) => type === 'scheduled')).toHaveLength(2);
    expect(count(id, 'finished 1')).toBe(1);
  });
});
