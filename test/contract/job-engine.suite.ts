import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { newId } from '../../src/kernel/ids/ids';
import { eventually } from '../support/eventually';
import { inTenant, type JobsWorld, type JobsWorldOptions } from '../support/jobs-world';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import {
  JobFailure,
  type JobOutcome,
  type JobPause,
  type JobRun,
  JobRunner,
  type RunnableJob,
} from '../../src/modules/jobs/contract/job-runner';
import { jobQuery } from '../../src/modules/jobs/contract/job-query.types';
import type { NewJob } from '../../src/modules/jobs/contract/job-request.types';
import type { Job, JsonValue } from '../../src/modules/jobs/contract/job.types';
import { SyncTask } from '../../src/modules/jobs/contract/sync-task';

/** Workers of one process, and controls that make the database treat them as dead. */
export interface EngineWorld extends JobsWorld {
  /** Makes the other workers treat the current workers as dead, as after a stall. */
  readonly takeForDead: () => Promise<unknown>;
  /** Makes a schedule due now. */
  readonly makeDue: (scheduleId: string) => Promise<unknown>;
  /**
   * Starts a worker process for jobs of the kind `test/steps`, which the workers here do not accept. Once it accepts them, resolves with a
   * function that stops the process.
   */
  readonly startNewer: () => Promise<() => Promise<void>>;
}

type OpenEngine = (database: TestDatabase, options: JobsWorldOptions) => Promise<EngineWorld>;

/** The recorded actions of the tasks, by job. */
const done = new Map<string, string[]>();
const note = (id: string, what: string): number => {
  const all = [...(done.get(id) ?? []), what];
  done.set(id, all);
  return all.length;
};

@Injectable()
class Greet extends SyncTask {
  readonly kind = 'test/greet';
  async run({ job, request }: RunnableJob, run: JobRun): Promise<JsonValue> {
    run.progress({ stage: 'greeting', percent: 40, detail: { words: 1 } });
    const name = JSON.stringify(request.input);
    await run.log('stdout', `hello ${name}\nbye`);
    const first = await run.step('first', () => Promise.resolve(`hello ${name}`));
    note(job.id, 'ran');
    return { greeting: first };
  }
}

/** Fails the requested number of times, in its second step. */
@Injectable()
class Flaky extends SyncTask {
  readonly kind = 'test/flaky';
  async run({ job, request }: RunnableJob, run: JobRun): Promise<JsonValue> {
    const { failures, mayRetry = true } = request.input as { failures: number; mayRetry?: boolean };
    const first = await run.step('first', () => Promise.resolve(note(job.id, 'first')));
    await run.step('second', () => {
      note(job.id, 'second');
      const failed = (done.get(job.id) ?? []).filter((what) => what === 'second').length;
      if (failed <= failures) throw new JobFailure('failed', `failure ${failed}`, { mayRetry });
      return Promise.resolve(null);
    });
    return { first };
  }
}

/** Runs until it is aborted, and records the reason. */
@Injectable()
class Endless extends SyncTask {
  readonly kind = 'test/endless';
  async run({ job }: RunnableJob, run: JobRun): Promise<JsonValue> {
    note(job.id, 'began');
    await new Promise((resolve) => run.signal.addEventListener('abort', resolve, { once: true }));
    note(job.id, `ended ${String((run.signal.reason as { why?: string }).why)}`);
    // Progress and logs after the abort have no effect.
    run.progress({ percent: 99 });
    await run.log('stdout', 'late').catch((error: Error) => note(job.id, `refused ${error.name}`));
    throw run.signal.reason;
  }
}

@Injectable()
class Family extends SyncTask {
  readonly kind = 'test/family';
  async run({ job }: RunnableJob, run: JobRun): Promise<JsonValue> {
    const child = await run.submit({ type: 'sync', kind: this.kind, input: job.depth + 1 });
    return child.id;
  }
}

/** The ids of naps in the order of their start, and each tenant's maximum number of concurrent naps. */
const napped: string[] = [];
const napping = new Map<string, { now: number; most: number }>();

@Injectable()
class Nap extends SyncTask {
  readonly kind = 'test/nap';
  async run({ job, request }: RunnableJob): Promise<JsonValue> {
    napped.push(job.id);
    const count = napping.get(job.tenantId) ?? { now: 0, most: 0 };
    napping.set(job.tenantId, count);
    count.now += 1;
    count.most = Math.max(count.most, count.now);
    await sleep(Number(request.input));
    count.now -= 1;
    return null;
  }
}

/** Waits in its first run until it is aborted; later runs complete. */
@Injectable()
class Stuck extends SyncTask {
  readonly kind = 'test/stuck';
  async run({ job }: RunnableJob, run: JobRun): Promise<JsonValue> {
    await run.step('first', () => Promise.resolve(note(job.id, 'first')));
    await run.step('second', async () => {
      if (note(job.id, 'second') > 2) return null;
      await new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(new Error('cut'))));
      return null;
    });
    return 'done';
  }
}

/** Stands in for tenants' code. Pauses once; in its first attempt, a job of the kind `cut` runs until its signal fires. */
@Injectable()
class TestRunner extends JobRunner {
  readonly type = 'skill';
  readonly kinds = null;
  readonly slots = 4;
  async run({ job }: RunnableJob, run: JobRun): Promise<JobOutcome | JobPause> {
    if (job.kind === 'cut') return this.cut(job, run);
    if (job.kind === 'long') return note(job.id, 'ran') === 1 ? { resumeAfterMs: 3_600_000 } : { result: 'woken' };
    await run.step('first', () => Promise.resolve(note(job.id, 'first')));
    return note(job.id, 'ran') === 2 ? { resumeAfterMs: 300 } : { result: 'rested' };
  }

  private async cut(job: Job, run: JobRun): Promise<JobOutcome> {
    note(job.id, `ran as ${job.attempt}`);
    if (job.attempt > 1) return { result: 'done' };
    await new Promise((resolve) => run.signal.addEventListener('abort', resolve, { once: true }));
    throw run.signal.reason;
  }
}

@Injectable()
class Fault extends SyncTask {
  readonly kind = 'test/fault';
  run(): Promise<JsonValue> {
    return Promise.reject(new Error('secret words of ours'));
  }
}

const task = (kind: string, more: Partial<NewJob> = {}): NewJob => ({ type: 'sync', kind: `test/${kind}`, ...more });

const environment = { JOBS_TENANT_CONCURRENCY: '4', JOBS_SYNC_SLOTS: '8', LOG_LEVEL: 'silent' };

/** The contract of every job engine with submitters and runners, for any storage. */
export function jobEngineSuite(name: string, open: OpenEngine): void {
  describe(`the job engine ${name}`, () => {
    let database: TestDatabase;
    let world: EngineWorld;
    let tenantId: string;

    beforeAll(async () => {
      database = await createTestDatabase();
      world = await open(database, {
        runners: [TestRunner],
        tasks: [Greet, Flaky, Endless, Family, Nap, Fault, Stuck],
        environment,
      });
    });

    beforeEach(() => {
      tenantId = newId('tnt');
    });

    afterAll(async () => {
      await world.close();
      await database.drop();
    });

    describe('a job that runs', () => {
      it('publishes its events in order, and returns the result of its code', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('greet', { input: 'world' }));
        const story = await world.story(inTenant(tenantId), id);
        expect(story.map(({ type }) => type)).toEqual(['created', 'scheduled', 'started', 'progress', 'succeeded']);
        expect(story.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
        expect(story[3]).toMatchObject({ stage: 'greeting', percent: 40, detail: { words: 1 } });
        const job = await world.jobs.get(inTenant(tenantId), id);
        expect(job).toMatchObject({
          state: 'succeeded',
          progress: 100,
          attempt: 1,
          exitCode: 0,
          error: null,
          lastEvent: 5,
        });
        expect(job.result).toEqual({ greeting: 'hello "world"' });
        expect(done.get(id)).toEqual(['ran']);
        const chunks = await queryAs<{ content: Buffer; lines: number }>(
          database.adminUrl,
          'SELECT content, lines FROM jobs.log_chunks WHERE job_id = $1',
          [id],
        );
        expect(chunks.map(({ lines }) => lines)).toEqual([2]);
      });

      it('reports its own error message, and a generic one for a platform fault', async () => {
        const own = await world.jobs.submit(inTenant(tenantId), task('flaky', { input: { failures: 1 } }));
        const ours = await world.jobs.submit(inTenant(tenantId), task('fault'));
        expect(await world.ended(inTenant(tenantId), own.id)).toMatchObject({
          state: 'failed',
          error: { code: 'failed', message: 'failure 1' },
        });
        const fault = await world.ended(inTenant(tenantId), ours.id);
        expect(fault.error).toMatchObject({ code: 'internal' });
        expect(fault.error?.message).not.toContain('secret');
      });

      it('is retried after a delay, without repeating finished steps, up to its limit', async () => {
        const retry = { maxAttempts: 3, firstDelaySeconds: 0.1, maxDelaySeconds: 0.2 };
        const twice = await world.jobs.submit(inTenant(tenantId), task('flaky', { input: { failures: 2 }, retry }));
        const thrice = await world.jobs.submit(inTenant(tenantId), task('flaky', { input: { failures: 3 }, retry }));
        const never = await world.jobs.submit(
          inTenant(tenantId),
          task('flaky', { input: { failures: 9, mayRetry: false }, retry }),
        );
        expect((await world.story(inTenant(tenantId), twice.id)).map(({ type }) => type)).toEqual([
          'created',
          ...['scheduled', 'started', 'retrying'],
          ...['scheduled', 'started', 'retrying'],
          ...['scheduled', 'started', 'succeeded'],
        ]);
        expect(done.get(twice.id)).toEqual(['first', 'second', 'second', 'second']);
        expect(await world.ended(inTenant(tenantId), twice.id)).toMatchObject({ attempt: 3, error: null });
        expect(await world.ended(inTenant(tenantId), thrice.id)).toMatchObject({
          state: 'failed',
          attempt: 3,
          error: { message: 'failure 3' },
        });
        expect(await world.ended(inTenant(tenantId), never.id)).toMatchObject({ state: 'failed', attempt: 1 });
      });

      it('stops at its time limit', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('endless', { timeoutSeconds: 1 }));
        expect(await world.ended(inTenant(tenantId), id)).toMatchObject({
          state: 'failed',
          error: { code: 'timeout' },
          exitCode: 124,
        });
        expect(done.get(id)).toEqual(['began', 'ended timeout', 'refused JobStop']);
      });

      it('does not start before its scheduled time', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('greet', { delaySeconds: 1 }));
        const job = await world.ended(inTenant(tenantId), id);
        expect(Date.parse(job.startedAt ?? '') - Date.parse(job.createdAt)).toBeGreaterThanOrEqual(1_000);
      });
    });

    describe('the order of jobs', () => {
      const nap = (tenant: string, ms: number, more: Partial<NewJob> = {}) =>
        world.jobs.submit(inTenant(tenant), task('nap', { input: ms, ...more }));
      const ended = (tenant: string, all: readonly Job[]) =>
        Promise.all(all.map(({ id }) => world.ended(inTenant(tenant), id)));

      it('runs a tenant’s most urgent job first, then the job that waited longest', async () => {
        const running = await Promise.all([1, 2, 3, 4].map(() => nap(tenantId, 1_000)));
        const [first, second, urgent] = [
          await nap(tenantId, 1),
          await nap(tenantId, 1),
          await nap(tenantId, 1, { priority: 9 }),
        ];
        await ended(tenantId, [...running, first, second, urgent]);
        const order = [urgent, first, second].map(({ id }) => napped.indexOf(id));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      });

      it('alternates between tenants, however many jobs one of them submits, and stays within each tenant’s limit', async () => {
        const other = newId('tnt');
        const many = await Promise.all(Array.from({ length: 60 }, () => nap(tenantId, 40)));
        const few = [await nap(other, 1), await nap(other, 1)];
        await Promise.all([ended(tenantId, many), ended(other, few)]);
        const last = Math.max(...few.map(({ id }) => napped.indexOf(id)));
        const before = many.filter(({ id }) => napped.indexOf(id) < last);
        expect(before.length).toBeLessThan(30);
        expect(napping.get(tenantId)?.most).toBeLessThanOrEqual(4);
      });
    });

    describe('a schedule', () => {
      it('submits a job once, at the scheduled time', async () => {
        const caller = inTenant(tenantId);
        const yearly = { cron: '0 0 1 1 *', job: task('nap', { input: 1 }) };
        const { id } = await world.schedules.put(caller, 'yearly', yearly);
        await world.makeDue(id);
        const [job] = await eventually(async () => {
          const { items } = await world.jobs.list(caller, jobQuery.parse({}));
          expect(items).toHaveLength(1);
          return items;
        });
        expect(job).toMatchObject({ scheduleId: id });
        expect(await world.ended(caller, job?.id ?? '')).toMatchObject({ state: 'succeeded' });
      });
    });

    describe('a job that is cancelled', () => {
      it('receives the cancellation while it runs, and does not publish events after its end', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('endless'));
        await eventually(() => Promise.resolve(expect(done.get(id)).toEqual(['began'])));
        await world.jobs.cancel(inTenant(tenantId), id, 'enough');
        await eventually(() =>
          Promise.resolve(expect(done.get(id)).toEqual(['began', 'ended cancelled', 'refused JobStop'])),
        );
        const story = await world.story(inTenant(tenantId), id);
        expect(story.map(({ type }) => type)).toEqual(['created', 'scheduled', 'started', 'cancelled']);
        expect(await world.jobs.get(inTenant(tenantId), id)).toMatchObject({ state: 'cancelled', progress: 0 });
      });

      it('ends exactly once in a race between cancellation and completion', async () => {
        const ids: string[] = [];
        // A busy machine can open only this many concurrent connections within seconds.
        for (let some = 0; some < 10; some += 1) {
          const submitted = Array.from({ length: 100 }, () =>
            world.jobs.submit(inTenant(tenantId), task('nap', { input: 1 })),
          );
          ids.push(...(await Promise.all(submitted)).map(({ id }) => id));
        }
        for (let from = 0; from < ids.length; from += 100) {
          const some = ids.slice(from, from + 100);
          await Promise.all(some.map((id) => world.jobs.cancel(inTenant(tenantId), id, 'raced')));
        }
        await Promise.all(ids.map((id) => world.ended(inTenant(tenantId), id)));
        const ends = await queryAs<{ ends: number }>(
          database.adminUrl,
          `SELECT count(*)::int AS ends FROM jobs.events AS e WHERE tenant_id = $1 AND type IN ('succeeded', 'failed', 'cancelled')
         AND NOT EXISTS (SELECT FROM jobs.events AS l WHERE l.tenant_id = $1 AND l.job_id = e.job_id AND l.seq > e.seq)`,
          [tenantId],
        );
        expect(ends).toEqual([{ ends: 1_000 }]);
      });
    });

    describe('a run that pauses', () => {
      it('frees its capacity while paused, and resumes after its finished steps in the same attempt', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), { type: 'skill', kind: 'rest' });
        expect(await world.ended(inTenant(tenantId), id)).toMatchObject({
          state: 'succeeded',
          attempt: 1,
          result: 'rested',
        });
        expect(done.get(id)).toEqual(['first', 'ran', 'ran']);
      });
    });

    describe('a run that pauses for a long time', () => {
      it('resumes as soon as it receives the wake-up', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), { type: 'skill', kind: 'long' });
        await eventually(async () => {
          await world.jobs.wake(inTenant(tenantId), id);
          expect(await world.jobs.get(inTenant(tenantId), id)).toMatchObject({ state: 'succeeded', result: 'woken' });
        });
        expect(done.get(id)).toEqual(['ran', 'ran']);
      });
    });

    describe('a worker that was declared dead', () => {
      it('stops its jobs, rejoins, and resumes them where they stopped', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('stuck'));
        await eventually(() => Promise.resolve(expect(done.get(id)).toEqual(['first', 'second'])));
        await world.takeForDead();
        const job = await world.ended(inTenant(tenantId), id);
        expect(job).toMatchObject({ state: 'succeeded', attempt: 1, result: 'done' });
        expect(done.get(id)).toEqual(['first', 'second', 'second']);
        const types = (await world.story(inTenant(tenantId), id)).map(({ type }) => type);
        expect(types).toEqual(['created', 'scheduled', 'started', 'scheduled', 'started', 'succeeded']);
      });
    });

    describe('tenant code on a lost worker', () => {
      it('counts the run as an attempt, and retries only if the job allows it', async () => {
        const cut = { type: 'skill', kind: 'cut' } as const;
        const retry = { maxAttempts: 2, firstDelaySeconds: 0.1 };
        const once = await world.jobs.submit(inTenant(tenantId), cut);
        const twice = await world.jobs.submit(inTenant(tenantId), { ...cut, retry });
        const runs = () => [once, twice].map(({ id }) => done.get(id));
        await eventually(() => Promise.resolve(expect(runs()).toEqual([['ran as 1'], ['ran as 1']])));
        await world.takeForDead();
        const lost = { state: 'failed', attempt: 1, error: { code: 'worker_lost' } };
        expect(await world.ended(inTenant(tenantId), once.id)).toMatchObject(lost);
        expect(await world.ended(inTenant(tenantId), twice.id)).toMatchObject({ state: 'succeeded', attempt: 2 });
        expect(runs()).toEqual([['ran as 1'], ['ran as 1', 'ran as 2']]);
      });
    });

    describe('a job of a kind that no worker supports', () => {
      it('waits for a worker that supports it, as during an upgrade', async () => {
        const stop = await world.startNewer();
        const steps = { type: 'sync', kind: 'test/steps', input: { steps: 1, ms: 1 } } as const;
        const { id } = await world.jobs.submit(inTenant(tenantId), { ...steps, delaySeconds: 1 });
        await stop();
        const after = await world.jobs.submit(inTenant(tenantId), task('greet', { delaySeconds: 2 }));
        expect(await world.ended(inTenant(tenantId), after.id)).toMatchObject({ state: 'succeeded' });
        expect(await world.jobs.get(inTenant(tenantId), id)).toMatchObject({ state: 'pending', error: null });
        const end = await world.startNewer();
        expect(await world.ended(inTenant(tenantId), id)).toMatchObject({ state: 'succeeded', attempt: 1 });
        await end();
      });
    });

    describe('a database that closes every connection', () => {
      it('does not cause the loss of workers or jobs', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('stuck'));
        await eventually(() => Promise.resolve(expect(done.get(id)).toEqual(['first', 'second'])));
        await queryAs(
          database.adminUrl,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
        const next = await eventually(() => world.jobs.submit(inTenant(tenantId), task('greet')));
        expect(await eventually(() => world.ended(inTenant(tenantId), next.id))).toMatchObject({ state: 'succeeded' });
        await world.takeForDead();
        expect(await eventually(() => world.ended(inTenant(tenantId), id))).toMatchObject({
          state: 'succeeded',
          attempt: 1,
        });
      });
    });

    describe('a job that submits itself', () => {
      it('is stopped at the depth limit, and its tenant can read the reason', async () => {
        const { id } = await world.jobs.submit(inTenant(tenantId), task('family'));
        await world.ended(inTenant(tenantId), id);
        await eventually(async () => {
          const rows = await queryAs<{ depth: number; state: string; error: string | null }>(
            database.adminUrl,
            'SELECT depth::int, state, error FROM jobs.jobs WHERE tenant_id = $1 ORDER BY depth',
            [tenantId],
          );
          expect(rows).toHaveLength(11);
          expect(rows.slice(0, 10).every(({ state }) => state === 'succeeded')).toBe(true);
          expect(rows[10]).toMatchObject({ depth: 10, state: 'failed' });
          expect(rows[10]?.error).toContain('10 jobs above it');
        });
      });
    });
  });
}
