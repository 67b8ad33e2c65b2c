import { Injectable } from '@nestjs/common';
import { ScheduledTask } from '../../../kernel/tasks/scheduled-task';
import { SILENT_LOGGER } from '../../../kernel/telemetry/logger';
import { newId } from '../../../kernel/ids/ids';
import { eventually } from '../../../../test/support/eventually';
import { inTenant, type JobsWorld, openJobsWorld } from '../../../../test/support/jobs-world';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import type { NewJobSchedule } from '../contract/job-schedule.types';
import type { JsonValue } from '../contract/job.types';
import { jobQuery } from '../contract/job-query.types';
import { SyncTask } from '../contract/sync-task';
import { RunnerRegistry } from '../engine/runner-registry';
import { JobAdmission } from '../job-admission';
import { JobEngine } from '../engine/job-engine';
import { JobInsertion } from '../job-insertion';
import { ScheduleTicksRepository } from '../storage/schedule-ticks.repository';
import { ScheduleAuthority } from './schedule-authority';
import { ScheduleTask } from './schedule-task';

@Injectable()
class Sweep extends SyncTask {
  readonly kind = 'test/sweep';
  run(): Promise<JsonValue> {
    return Promise.resolve('swept');
  }
}

const yearly: NewJobSchedule = { cron: '0 0 1 1 *', job: { type: 'sync', kind: 'test/sweep' } };

let database: TestDatabase;
let world: JobsWorld;
/** The schedule tasks of other workers. */
let others: readonly ScheduledTask[];
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await openJobsWorld(database, { tasks: [Sweep] });
  others = [1, 2, 3].map(() => {
    const clock = new ScheduleTask(
      world.get(ScheduleTicksRepository),
      world.get(JobAdmission),
      world.get(ScheduleAuthority),
      world.get(JobInsertion),
      world.get(JobEngine),
      world.get(RunnerRegistry),
      SILENT_LOGGER,
    );
    return new ScheduledTask({ everyMs: 500, turn: (signal) => clock.look(signal), failed: () => undefined });
  });
  for (const clock of others) clock.start();
  await eventually(() => world.schedules.put(inTenant(newId('tnt')), 'first', yearly));
});

beforeEach(() => {
  tenantId = newId('tnt');
});

afterAll(async () => {
  for (const clock of others) await clock.stop();
  await world.close();
  await database.drop();
});

const jobsOf = async (scheduleId: string) =>
  (await world.jobs.list(inTenant(tenantId), jobQuery.parse({ scheduleId }))).items;

describe('a schedule', () => {
  it('submits one job per tick, with any number of workers, and does not make up for missed ticks', async () => {
    const { id } = await world.schedules.put(inTenant(tenantId), 'sweep', yearly);
    for (const ticks of [1, 2, 3]) {
      await queryAs(
        database.adminUrl,
        `UPDATE jobs.schedules SET next_at = now() - $2 * interval '1 day' WHERE id = $1`,
        [id, ticks],
      );
      await eventually(async () =>
        expect((await world.schedules.get(inTenant(tenantId), 'sweep')).lastAt).not.toBeNull(),
      );
      await eventually(async () => expect(await jobsOf(id)).toHaveLength(ticks));
    }
    const [job] = await jobsOf(id);
    expect(await world.ended(inTenant(tenantId), job?.id ?? '')).toMatchObject({ state: 'succeeded', result: 'swept' });
    const schedule = await world.schedules.get(inTenant(tenantId), 'sweep');
    expect(Date.parse(schedule.nextAt ?? '')).toBeGreaterThan(Date.now());
    expect(schedule.lastJobId).toBe(job?.id);
    expect(await jobsOf(id)).toHaveLength(3);
  });

  it('has no next tick while it is paused, can be replaced by its name, and can be removed', async () => {
    const context = inTenant(tenantId);
    const made = await world.schedules.put(context, 'sweep', { ...yearly, paused: true });
    expect(made).toMatchObject({ paused: true, nextAt: null });
    const again = await world.schedules.put(context, 'sweep', { ...yearly, timeZone: 'Europe/Paris' });
    expect(again).toMatchObject({ id: made.id, timeZone: 'Europe/Paris', paused: false });
    expect(await world.schedules.list(context)).toEqual([again]);
    await world.schedules.remove(context, 'sweep');
    await expect(world.schedules.get(context, 'sweep')).rejects.toMatchObject({ code: 'not_found' });
    await expect(world.schedules.remove(context, 'sweep')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not visible to other tenants', async () => {
    await world.schedules.put(inTenant(tenantId), 'mine', yearly);
    const other = inTenant(newId('tnt'));
    await expect(world.schedules.get(other, 'mine')).rejects.toMatchObject({ code: 'not_found' });
    expect(await world.schedules.list(other)).toEqual([]);
  });

  it.each<[string, object]>([
    ['/cron', { cron: '99 * * * *' }],
    ['/timeZone', { timeZone: 'Mars/Olympus' }],
    ['/job/timeoutSeconds', { job: { ...yearly.job, timeoutSeconds: -5 } }],
    ['/job/files', { job: { ...yearly.job, files: { a: new Uint8Array(1) } } }],
  ])('is refused because of a fault at %s', async (pointer, members) => {
    const refused = world.schedules.put(inTenant(tenantId), 'bad', { ...yearly, ...members });
    await expect(refused).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [expect.objectContaining({ pointer })],
    });
  });
});
