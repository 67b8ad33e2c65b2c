import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../src/kernel/ids/ids';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import { eventually } from '../support/eventually';
import { inTenant } from '../support/jobs-world';
import { openSidecarCore, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { type Told, WorkerProcesses } from '../support/worker-processes';

export interface JobsFigures {
  readonly kills: number;
  readonly jobs: number;
  readonly succeeded: number;
  /** The number of times that a live worker took over a job from a dead worker. */
  readonly takenOver: number;
  /** Steps that were running when their worker died, and therefore ran again. */
  readonly stepsAgain: number;
}

/** Milliseconds, each the maximum over several jobs. */
export interface JobsDelays {
  /** The time from when a job's worker is killed until the job is running on a different worker. */
  readonly takeOverMs: number;
  /** The time from the call that cancels a job until the job's code gets the signal, on a worker in a different process. */
  readonly cancelMs: number;
}

const WORKERS = 3;
const TENANTS = 10;
const STEPS = 3;
/** The interval, in rounds, at which the drill kills all workers together, so that the entire role is down. Includes the last round. */
const WHOLE_ROLE_EVERY = 5;
/** An attempt fails after it has lost four workers, which happens to a few jobs at this rate of kills. */
const RETRY = { maxAttempts: 10, firstDelaySeconds: 1 };

/**
 * Kills a worker (kill -9), sometimes all workers, while they run jobs with several steps, and restarts each. Fails if
 * a job is lost or ends twice, if its events have a gap, or if a finished step (one whose `step` call has returned) runs again.
 */
export async function jobsDrill(kills: number, jobs: number): Promise<JobsFigures> {
  const database = await createTestDatabase();
  const core = await openSidecarCore(database);
  const workers = new WorkerProcesses(database.appUrl, { DATABASE_POOL_SIZE: '8' });
  const load = new Load(core);
  try {
    await Promise.all(Array.from({ length: WORKERS }, () => workers.start()));
    for (let kill = 1; kill <= kills; kill += 1) {
      const before = workers.told.length;
      await load.submit(Math.ceil((jobs * kill) / kills) - load.ids.length);
      await eventually(() => expect(workers.told.length).toBeGreaterThan(before + 10));
      await sleep(randomInt(300));
      const count = kill % WHOLE_ROLE_EVERY === 0 || kill === kills ? WORKERS : 1;
      await workers.kill(count);
      await Promise.all(Array.from({ length: count }, () => workers.start()));
    }
    await eventually(async () => expect(await open(database)).toBe(0));
    expectStepsOnce(workers.told);
    return { kills, jobs, ...(await storiesOf(database, load.ids)), stepsAgain: againOf(workers.told) };
  } finally {
    await workers.kill();
    await core.close();
    await database.drop();
  }
}

const LONG_MS = 60_000;
const LONG_JOBS = 12;

/** Another takeover would fail the jobs, because they might be the cause of their workers' deaths. */
const TAKE_OVERS = 3;

/** Repeatedly kills the worker that runs some jobs while a different worker has capacity for them, and then cancels the jobs. */
export async function jobDelays(): Promise<JobsDelays> {
  const database = await createTestDatabase();
  const core = await openSidecarCore(database);
  const workers = new WorkerProcesses(database.appUrl, { DATABASE_POOL_SIZE: '8' });
  const port = core.context.get(JobsPort);
  const context = inTenant(newId('tnt'));
  try {
    await workers.start();
    const input = { steps: 1, ms: LONG_MS };
    const submit = () => port.submit(context, { type: 'sync', kind: 'test/steps', input });
    const ids = (await Promise.all(Array.from({ length: LONG_JOBS }, submit))).map(({ id }) => id);
    /** Returns the time, in Unix milliseconds, at which the last of the jobs first reported this word after a given time. */
    const next = async (word: string, from: number): Promise<number> => {
      const first = () => ids.map((id) => workers.told.slice(from).find(({ job, did }) => job === id && did === word));
      await eventually(() => expect(first()).not.toContain(undefined));
      return Math.max(...first().map((told) => told?.at ?? 0));
    };
    await next('began 1', 0);
    let takeOverMs = 0;
    for (let round = 0; round < TAKE_OVERS; round += 1) {
      await workers.start();
      const from = workers.told.length;
      const killedAt = Date.now();
      await workers.kill(1);
      takeOverMs = Math.max(takeOverMs, (await next('began 1', from)) - killedAt);
    }
    let cancelMs = 0;
    for (const id of ids) {
      const cancelledAt = Date.now();
      await port.cancel(context, id, 'enough');
      const stopped = () => workers.told.find(({ job, did }) => job === id && did === 'stopped 1');
      await eventually(() => expect(stopped()).toBeDefined());
      cancelMs = Math.max(cancelMs, (stopped()?.at ?? 0) - cancelledAt);
    }
    return { takeOverMs, cancelMs };
  } finally {
    await workers.kill();
    await core.close();
    await database.drop();
  }
}

/** Submits jobs for several tenants. */
class Load {
  readonly ids: string[] = [];
  private readonly tenants = Array.from({ length: TENANTS }, () => newId('tnt'));

  constructor(private readonly core: TestCore) {}

  async submit(count: number): Promise<void> {
    const port = this.core.context.get(JobsPort);
    for (let at = 0; at < count; at += 1) {
      const context = inTenant(this.tenants[at % TENANTS] ?? '');
      const input = { steps: STEPS, ms: 10 + randomInt(150) };
      const job = await port.submit(context, { type: 'sync', kind: 'test/steps', input, retry: RETRY });
      this.ids.push(job.id);
    }
  }
}

async function open(database: TestDatabase): Promise<number> {
  const sql = 'SELECT count(*)::int AS open FROM jobs.jobs WHERE place IS NOT NULL';
  return (await queryAs<{ open: number }>(database.adminUrl, sql))[0]?.open ?? 0;
}

/** Checks the events of every job. Returns the numbers of succeeded jobs and takeovers. */
async function storiesOf(
  database: TestDatabase,
  ids: readonly string[],
): Promise<Pick<JobsFigures, 'succeeded' | 'takenOver'>> {
  const rows = await queryAs<{
    id: string;
    state: string;
    error: string | null;
    gaps: boolean;
    ends: number;
    places: number;
    lines: number;
  }>(
    database.adminUrl,
    `SELECT j.id, j.state, j.error, count(e.seq) <> j.last_event OR max(e.seq) <> j.last_event AS gaps,
       count(*) FILTER (WHERE e.type IN ('succeeded', 'failed', 'cancelled'))::int AS ends,
       count(*) FILTER (WHERE e.type = 'scheduled')::int AS places, j.log_lines::int AS lines
     FROM jobs.jobs AS j JOIN jobs.events AS e ON e.tenant_id = j.tenant_id AND e.job_id = j.id GROUP BY j.tenant_id, j.id`,
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(rows.filter(({ gaps, ends, lines }) => gaps || ends !== 1 || lines < STEPS)).toEqual([]);
  expect(rows.filter(({ state }) => state !== 'succeeded')).toEqual([]);
  return { succeeded: rows.length, takenOver: rows.reduce((sum, { places }) => sum + places - 1, 0) };
}

/** No step begins after its result has been stored. */
function expectStepsOnce(told: readonly Told[]): void {
  const kept = new Map<string, number>();
  const wrong: string[] = [];
  for (const { job, did, at } of told) {
    const [word = '', step = ''] = did.split(' ');
    const name = `${job} ${step}`;
    if (word === 'kept' && !kept.has(name)) kept.set(name, at);
    if (word === 'began' && at > (kept.get(name) ?? Number.POSITIVE_INFINITY)) wrong.push(name);
  }
  expect(wrong).toEqual([]);
}

function againOf(told: readonly Told[]): number {
  const began = told.filter(({ did }) => did.startsWith('began')).map(({ job, did }) => `${job} ${did}`);
  return began.length - new Set(began).size;
}
