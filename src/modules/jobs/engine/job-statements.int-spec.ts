import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { newId } from '../../../kernel/ids/ids';
import { eventually } from '../../../../test/support/eventually';
import { inTenant, type JobsWorld, openJobsWorld } from '../../../../test/support/jobs-world';
import { statementsOf } from '../../../../test/support/statements-of';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import type { JobRun, RunnableJob } from '../contract/job-runner';
import type { JsonValue } from '../contract/job.types';
import { SyncTask } from '../contract/sync-task';

@Injectable()
class Nothing extends SyncTask {
  readonly kind = 'test/nothing';
  run(): Promise<JsonValue> {
    return Promise.resolve(null);
  }
}

@Injectable()
class Steps extends SyncTask {
  readonly kind = 'test/three-steps';
  async run(_job: RunnableJob, run: JobRun): Promise<JsonValue> {
    for (const name of ['a', 'b', 'c']) await run.step(name, () => Promise.resolve(name));
    return null;
  }
}

/** The statements to ignore: statements that run periodically regardless of jobs, and notifications, each of which covers many messages. */
const APART =
  /jobs\.(stopped|held_by|due_schedules|takes)|FROM jobs\.without_runner|pg_notify|kernel\.|state = 'pending'/;

let database: TestDatabase;
let world: JobsWorld;
let sent: readonly string[];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openJobsWorld(database, { tasks: [Nothing, Steps] });
  sent = statementsOf(world.get(Database));
  await eventually(async () => expect(await queryAs(database.adminUrl, 'SELECT FROM jobs.executors')).not.toEqual([]));
});

afterAll(async () => {
  await world.close();
  await database.drop();
});

/** Returns the statements that `work` and its jobs run until all of them have ended. */
async function statements(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = sent.length;
  await work();
  const open = 'SELECT FROM jobs.jobs WHERE place IS NOT NULL';
  await eventually(async () => expect(await queryAs(database.adminUrl, open)).toEqual([]));
  return sent.slice(before).filter((statement) => !APART.test(statement));
}

const submit = (kind: string, tenantId = newId('tnt'), more = {}) =>
  world.jobs.submit(inTenant(tenantId), { type: 'sync', kind: `test/${kind}`, ...more });
/** Leaves out polls for jobs, because an idle worker polls four times a second. */
const withoutLooks = (all: readonly string[]) => all.filter((statement) => statement !== 'jobs.take');

describe('the statements of a job, each in a separate transaction', () => {
  it('are two if the process that receives the job has a free slot', async () => {
    expect(withoutLooks(await statements(() => submit('nothing')))).toEqual(['jobs.submit', 'jobs.finish']);
  });

  it('increase by one for each step', async () => {
    const all = withoutLooks(await statements(() => submit('three-steps')));
    expect(all).toEqual(['jobs.submit', 'jobs.keep_steps', 'jobs.keep_steps', 'jobs.keep_steps', 'jobs.finish']);
  });

  it('are three if the job waits first', async () => {
    const all = await statements(() => submit('nothing', newId('tnt'), { delaySeconds: 1 }));
    expect(withoutLooks(all)).toEqual(['jobs.submit', 'jobs.finish']);
    expect(all).toContain('jobs.take');
  });

  it('are shared by simultaneous jobs', async () => {
    const tenants = Array.from({ length: 20 }, () => newId('tnt'));
    const many = Array.from({ length: 200 }, (_, n) => submit('nothing', tenants[n % tenants.length]));
    const all = await statements(() => Promise.all(many));
    expect(new Set(all)).toEqual(new Set(['jobs.submit', 'jobs.take', 'jobs.finish']));
    expect(all.length).toBeLessThan(100);
  });
});
