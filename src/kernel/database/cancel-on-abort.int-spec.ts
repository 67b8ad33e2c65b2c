import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually } from '../../../test/support/eventually';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import type { CallerSignal } from '../context/call-context';
import { Database } from './database';
import { DatabaseModule } from './database.module';

const NAME = 'waited-spec';
/** A statement that takes far longer than a test is allowed to take, so only cancellation can end it. */
const ENDLESS = 'SELECT pg_sleep(600)';
const INSERT = `INSERT INTO apps.scopes (tenant_id, name, description) VALUES ('tnt-a', 'read', 'A scope')`;
const POOL = 3;

let database: TestDatabase;
let context: INestApplicationContext;
let store: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { DATABASE_POOL_SIZE: POOL, DATABASE_STATEMENT_TIMEOUT_MS: 600_000 };
  const module = DatabaseModule.connect({ url: database.appUrl, config, applicationName: NAME });
  context = await NestFactory.createApplicationContext(module, { logger: false });
  store = context.get(Database);
});

afterAll(async () => {
  await context.close();
  await database.drop();
});

/** Returns how many of this store's connections are running an endless statement or are in a transaction. */
async function busy(): Promise<number> {
  const sql = `SELECT count(*)::int AS busy FROM pg_stat_activity WHERE application_name = '${NAME}'
               AND datname = current_database() AND state <> 'idle'`;
  const [row] = await queryAs<{ busy: number }>(database.adminUrl, sql);
  return row?.busy ?? -1;
}

/** Waits until this many endless statements are running. An earlier cancellation would have no statement to cancel. */
const untilEndless = (count: number): Promise<void> =>
  eventually(async () => {
    const sql = `SELECT count(*)::int AS busy FROM pg_stat_activity WHERE application_name = '${NAME}'
                 AND datname = current_database() AND state = 'active' AND query = $1`;
    expect(await queryAs(database.adminUrl, sql, [ENDLESS])).toEqual([{ busy: count }]);
  });

const untilBusy = (count: number): Promise<void> => eventually(async () => expect(await busy()).toBe(count));

/** Every entry point, each with a function that runs a statement. */
const WAYS: readonly (readonly [string, (sql: string, over?: CallerSignal) => Promise<unknown>])[] = [
  ['query', (sql, over) => store.platform(over).rows(sql)],
  ['tenantQuery', (sql, over) => store.tenant('tnt-a', over).rows(sql)],
  ['tenantTransaction', (sql, over) => store.tenantTransaction('tnt-a', (tx) => tx.rows(sql), over)],
];

describe.each(WAYS)('a statement (%s)', (_name, run) => {
  it('ends on the server when its caller aborts, and frees its connection', async () => {
    const over = new AbortController();
    const running = Array.from({ length: POOL }, () => run(ENDLESS, over).catch((error: unknown) => error));
    await untilEndless(POOL);
    over.abort();
    for (const ended of running) expect(await ended).toMatchObject({ code: 'deadline_exceeded' });
    await untilBusy(0);
    const answers = Array.from({ length: 2 * POOL }, () => run('SELECT 1 AS one', new AbortController()));
    for (const answer of answers) expect(await answer).toEqual([{ one: 1 }]);
  });

  it('does not start for a caller that has already aborted', async () => {
    await expect(run(ENDLESS, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(await busy()).toBe(0);
  });

  it('leaves the connection queue when its caller aborts, without taking a connection', async () => {
    const [holders, waiter] = [new AbortController(), new AbortController()];
    const holding = Array.from({ length: POOL }, () => run(ENDLESS, holders).catch(() => 'ended'));
    await untilEndless(POOL);
    const waiting = run('SELECT 1 AS one', waiter);
    waiter.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'deadline_exceeded' });
    const next = run('SELECT 2 AS two', new AbortController());
    holders.abort();
    expect(await Promise.all(holding)).toEqual(Array.from({ length: POOL }, () => 'ended'));
    expect(await next).toEqual([{ two: 2 }]);
  });

  it('is not affected when other callers abort', async () => {
    const answers = Array.from({ length: 60 }, async (_, index) => {
      const over = new AbortController();
      const answer = run(`SELECT ${index} AS it FROM pg_sleep(0.002)`, over);
      if (index % 3 === 0) setImmediate(() => over.abort());
      return answer.catch(() => 'ended');
    });
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      if (index % 3 !== 0) expect(answer).toEqual([{ it: index }]);
    }
    await untilBusy(0);
  });

  it('rejects with its own error if it fails', async () => {
    await expect(run('SELECT 1 / 0', new AbortController())).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a transaction', () => {
  const rows = (): Promise<unknown[]> => store.tenant('tnt-a').rows('SELECT name FROM apps.scopes');

  it('is rolled back when its caller aborts during a statement', async () => {
    const over = new AbortController();
    const work = store.tenantTransaction(
      'tnt-a',
      async (tx) => {
        await tx.run(INSERT);
        await tx.run(ENDLESS);
      },
      over,
    );
    const ended = expect(work).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await untilEndless(1);
    over.abort();
    await ended;
    await untilBusy(0);
    expect(await rows()).toEqual([]);
  });

  it('is rolled back when its caller aborts between two statements', async () => {
    const over = new AbortController();
    const work = store.tenantTransaction(
      'tnt-a',
      async (tx) => {
        await tx.run(INSERT);
        over.abort();
        await untilBusy(0);
        await tx.run('SELECT 1');
      },
      over,
    );
    await expect(work).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(await rows()).toEqual([]);
  });
});
