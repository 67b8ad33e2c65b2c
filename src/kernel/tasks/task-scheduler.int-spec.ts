import { Injectable, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { register } from 'prom-client';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { DatabaseModule } from '../database/database.module';
import { createLogger, LOGGER } from '../telemetry/logger';
import { Clock, SystemClock } from '../time/clock';
import { LeasesRepository } from './leases.repository';
import { Scheduled } from './scheduled';
import { TASK_METRICS, TaskScheduler } from './task-scheduler';

const EVERY_MS = 20;

@Injectable()
class Worker {
  readonly everyMs = EVERY_MS;
  turns = 0;
  leasedTurns = 0;
  signal: AbortSignal | null = null;

  @Scheduled<Worker>({ name: 'spec.turn', everyMs: ({ everyMs }) => everyMs, failure: 'A turn failed' })
  turn(signal: AbortSignal): void {
    this.signal = signal;
    this.turns++;
    if (this.turns === 1) throw new Error('not yet');
  }

  @Scheduled({ name: 'spec.leased', everyMs: EVERY_MS, leaseSeconds: 60, failure: 'A leased turn failed' })
  leased(): void {
    this.leasedTurns++;
  }
}

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

/** Starts a process with the worker, which is also registered as a port. */
async function openProcess() {
  const config = { DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT_MS: 10_000 };
  @Module({
    imports: [
      DatabaseModule.connect({ url: database.appUrl, config, applicationName: 'tasks' }),
      DiscoveryModule,
      PrometheusModule.register({ defaultMetrics: { enabled: false } }),
    ],
    providers: [
      Worker,
      { provide: 'PORT', useExisting: Worker },
      { provide: Clock, useClass: SystemClock },
      { provide: LOGGER, useValue: createLogger('silent', 'test') },
      LeasesRepository,
      TaskScheduler,
      ...TASK_METRICS,
    ],
  })
  class Process {}
  const context = await NestFactory.createApplicationContext(Process, { logger: false });
  return { worker: context.get(Worker), close: () => context.close() };
}

it('a scheduled method runs repeatedly, even after a failed turn, until the process stops', async () => {
  const { worker, close } = await openProcess();
  await eventually(() => expect(worker.turns).toBeGreaterThan(2));
  expect(worker.signal?.aborted).toBe(false);
  const text = await register.metrics();
  expect(text).toContain('coresdk_task_seconds_count{task="spec.turn",outcome="failed"} 1');
  expect(text).toMatch(/coresdk_task_done_timestamp_seconds\{task="spec.turn"\} \d+/);
  await close();
  expect(worker.signal?.aborted).toBe(true);
});

it('a leased task runs in one process at a time and moves to another process when that process stops', async () => {
  const first = await openProcess();
  await eventually(() => expect(first.worker.leasedTurns).toBeGreaterThan(0));
  const second = await openProcess();
  await eventually(() => expect(second.worker.turns).toBeGreaterThan(5));
  expect(second.worker.leasedTurns).toBe(0);
  await first.close();
  await eventually(() => expect(second.worker.leasedTurns).toBeGreaterThan(0));
  await second.close();
  expect(await queryAs(database.adminUrl, 'SELECT name FROM kernel.leases')).toEqual([]);
});

it('a leased task moves to a different process when the lease of a dead process expires', async () => {
  const gone = `INSERT INTO kernel.leases (name, holder, ends_at) VALUES ('spec.leased', 'gone', clock_timestamp() + $1::interval)`;
  await queryAs(database.adminUrl, gone, ['300 milliseconds']);
  const { worker, close } = await openProcess();
  await eventually(() => expect(worker.leasedTurns).toBeGreaterThan(0));
  const [over] = await queryAs<{ over: boolean }>(
    database.adminUrl,
    `SELECT holder <> 'gone' AS over FROM kernel.leases WHERE name = 'spec.leased'`,
  );
  expect(over).toEqual({ over: true });
  await close();
});

it('a task with many short turns requests its lease once a second, and a refusal does not write any data', async () => {
  const endsAt = () =>
    queryAs(database.adminUrl, `SELECT holder, ends_at FROM kernel.leases WHERE name = 'spec.leased'`);
  const { worker, close } = await openProcess();
  await eventually(async () => {
    const [before, turns] = [await endsAt(), worker.leasedTurns];
    await eventually(() => expect(worker.leasedTurns).toBeGreaterThan(turns + 5));
    expect(before).toHaveLength(1);
    expect(await endsAt()).toEqual(before);
  });
  const refused = `SELECT kernel.take_lease('spec.leased', 'other', 60) AS taken, pg_current_xact_id_if_assigned()::text AS xid`;
  expect(await queryAs(database.appUrl, refused)).toEqual([{ taken: false, xid: null }]);
  await close();
});
