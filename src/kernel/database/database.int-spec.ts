import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { eventually } from '../../../test/support/eventually';
import { DatabaseProxy } from '../../../test/support/database-proxy';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { byPort } from '../../../test/support/test-server';
import { AppError } from '../errors/app-error';
import { asTenant, Database } from './database';
import { databaseErrorCode, isUniqueViolation } from './database-errors';
import { DatabaseModule } from './database.module';
import { loadMigrations, migrate, missingSchema } from './schema';

const INSERT = `INSERT INTO apps.scopes (tenant_id, name, description) VALUES ('tnt-a', 'read', 'A scope')`;

let database: TestDatabase;
let context: INestApplicationContext;
let store: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { DATABASE_POOL_SIZE: 3, DATABASE_STATEMENT_TIMEOUT_MS: 300 };
  const module = DatabaseModule.connect({ url: database.appUrl, config, applicationName: 'store-spec' });
  context = await NestFactory.createApplicationContext(module, { logger: false });
  store = context.get(Database);
});

afterAll(async () => {
  await context.close();
  await database.drop();
});

/** Returns every entry point of a store. */
const waysInto = (into: Database): readonly (readonly [string, (sql: string) => Promise<unknown>])[] => [
  ['query', (sql) => into.platform().rows(sql)],
  ['tenantQuery', (sql) => into.tenant('tnt-a').rows(sql)],
  ['tenantTransaction', (sql) => into.tenantTransaction('tnt-a', (tx) => tx.rows(sql))],
  ['platformTransaction', (sql) => into.platformTransaction((tx) => tx.rows(sql))],
];
/** The entry points of the store that `beforeAll` opens. */
const WAYS = waysInto(
  new Proxy({} as Database, { get: (_, name: keyof Database) => store[name].bind(store) as unknown }),
);

it.each(WAYS.map(([name]) => name))(
  'the store (%s) is unavailable while its server does not respond, and recovers afterward',
  async (name) => {
    const proxy = await DatabaseProxy.open(Number(new URL(byPort(database.appUrl)).port));
    const config = { DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT_MS: 300 };
    const url = proxy.through(database.appUrl);
    const module = DatabaseModule.connect({ url, config, applicationName: 'silent-spec' });
    const behind = await NestFactory.createApplicationContext(module, { logger: false });
    try {
      const [, run] = waysInto(behind.get(Database)).find(([way]) => way === name) ?? [];
      const both = () => Promise.allSettled([run?.('SELECT 1'), run?.('SELECT 2')]);
      expect(await both()).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
      proxy.cutAll();
      const refused = { status: 'rejected', reason: { code: 'unavailable' } };
      expect(await both()).toMatchObject([refused, refused]);
      proxy.mendAll();
      expect(await both()).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
    } finally {
      await behind.close();
      await proxy.close();
    }
  },
);

describe.each(WAYS)('the store (%s)', (_name, run) => {
  it('reports a statement that takes too long as unavailable, without SQL in the message', async () => {
    const error: unknown = await run('SELECT pg_sleep(5)').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error)).not.toMatch(/pg_sleep|SELECT|statement timeout/);
    // The driver's error goes to the log.
    expect(databaseErrorCode((error as AppError).cause)).toBe('57014');
  });

  it('does not translate a programming error', async () => {
    const error: unknown = await run('SELECT nothing FROM nowhere').catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(AppError);
    expect(databaseErrorCode(error)).toBe('42P01');
  });

  it('reports a dropped connection as unavailable and recovers immediately', async () => {
    const cut = eventually(async () => {
      const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE application_name = 'store-spec' AND query LIKE '%pg_sleep(20)%' AND datname = current_database()`;
      expect(await queryAs(database.adminUrl, sql)).not.toEqual([]);
    });
    await expect(run('SELECT pg_sleep(20)')).rejects.toMatchObject({ code: 'unavailable' });
    await cut;
    await expect(run('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });
});

describe('a connection that ends between two statements', () => {
  const over = { signal: new AbortController().signal };
  const terminated = async (pid: number): Promise<void> => {
    await queryAs(database.adminUrl, 'SELECT pg_terminate_backend($1)', [pid]);
    await eventually(async () => {
      expect(await queryAs(database.adminUrl, 'SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).toEqual([]);
    });
  };

  it.each([
    ['a transaction', undefined],
    ['a transaction with a waiting caller', over],
  ])('makes only %s fail, not the process', async (_name, waited) => {
    const work = store.tenantTransaction(
      'tnt-a',
      async (tx) => {
        const row = await tx.maybeOne<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await terminated(row?.pid ?? 0);
        await tx.run('SELECT 1');
      },
      waited,
    );
    await expect(work).rejects.toMatchObject({ code: 'unavailable' });
    expect(await store.platform().rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('the store', () => {
  it('recovers after losing all its idle connections', async () => {
    await Promise.all([1, 2, 3].map(() => store.platform().rows('SELECT 1')));
    await queryAs(
      database.adminUrl,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'store-spec'`,
    );
    await eventually(async () => {
      expect(await Promise.all([1, 2, 3].map(() => store.platform().rows('SELECT 1 AS one')))).toEqual(
        [1, 2, 3].map(() => [{ one: 1 }]),
      );
    });
  });

  it('commits if the work resolves and rolls back if it throws', async () => {
    const failing = store.tenantTransaction('tnt-a', async (tx) => {
      await tx.run(INSERT);
      throw new AppError('conflict', 'No.');
    });
    // An AppError is not translated into a database error.
    await expect(failing).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.tenant('tnt-a').rows('SELECT name FROM apps.scopes')).toEqual([]);
    await store.tenantTransaction('tnt-a', (tx) => tx.rows(INSERT));
    expect(await store.tenant('tnt-a').rows('SELECT name FROM apps.scopes')).toEqual([{ name: 'read' }]);
  });

  it('recognizes a unique violation from a statement or a transaction', async () => {
    for (const write of [
      store.tenant('tnt-a').rows(INSERT),
      store.tenantTransaction('tnt-a', (tx) => tx.rows(INSERT)),
    ]) {
      const error: unknown = await write.catch((thrown: unknown) => thrown);
      expect(isUniqueViolation(error)).toBe(true);
    }
    expect(
      isUniqueViolation(
        await store
          .platform()
          .rows('SELECT 1 / 0')
          .catch((thrown: unknown) => thrown),
      ),
    ).toBe(false);
  });

  it('returns its connections to the pool, even after failed calls', async () => {
    const calls = Array.from({ length: 60 }, (_, index) =>
      store
        .tenant('tnt-a')
        .rows(index % 2 === 0 ? 'SELECT 1' : 'SELECT 1 / 0')
        .catch(() => 'failed'),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer === 'failed')).toHaveLength(30);
    const sql = `SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'store-spec'
                 AND state LIKE 'idle in transaction%'`;
    expect(await queryAs(database.adminUrl, sql)).toEqual([{ open: 0 }]);
  });

  it('sets the tenant for a single statement, not for the next user of the connection', async () => {
    const name = `SELECT current_setting('app.tenant_id', true) AS tenant`;
    const asked = ['tnt-a', 'tnt-b', 'tnt-c', 'tnt-a', 'tnt-b', 'tnt-c'];
    for (const statement of [name, { name: 'spec.tenant', text: name }]) {
      const told = await Promise.all(asked.map((tenantId) => store.tenant(tenantId).rows(statement)));
      expect(told).toEqual(asked.map((tenant) => [{ tenant }]));
      expect(await Promise.all(asked.map(() => store.platform().rows(name)))).toEqual(
        asked.map(() => [{ tenant: '' }]),
      );
    }
  });

  it('sets the tenant for a single transaction, not for the next user of the connection', async () => {
    const name = `SELECT current_setting('app.tenant_id', true) AS tenant`;
    const asked = ['tnt-a', 'tnt-b', 'tnt-c'];
    for (const run of [store.tenantTransaction.bind(store), store.tenantSnapshot.bind(store)]) {
      const told = await Promise.all(asked.map((tenantId) => run(tenantId, (tx) => tx.rows(name))));
      expect(told).toEqual(asked.map((tenant) => [{ tenant }]));
      expect(await Promise.all(asked.map(() => store.platform().rows(name)))).toEqual(
        asked.map(() => [{ tenant: '' }]),
      );
    }
  });

  it('resets the tenant after a platform transaction acts for a tenant', async () => {
    const name = `SELECT current_setting('app.tenant_id', true) AS tenant`;
    const told = await store.platformTransaction(async (tx) => [
      await asTenant(tx, 'tnt-a', () => tx.rows(name)),
      await tx.rows(name),
    ]);
    expect(told).toEqual([[{ tenant: 'tnt-a' }], [{ tenant: '' }]]);
  });

  it('refuses writes in a snapshot', async () => {
    const insert = INSERT.replace('tnt-a', 'tnt-read');
    const written = store.tenantSnapshot('tnt-read', (tx) => tx.rows(insert));
    // 25006: read_only_sql_transaction.
    await expect(written).rejects.toMatchObject({ cause: { code: '25006' } });
    expect(await store.tenant('tnt-read').rows('SELECT name FROM apps.scopes')).toEqual([]);
  });

  it('executes a statement with several parts completely or not at all', async () => {
    const parts = `WITH written AS (INSERT INTO apps.scopes (tenant_id, name, description)
                     VALUES ('tnt-p', $1, 'A scope') RETURNING name) SELECT 1 / $2::int AS one FROM written`;
    const statement = { name: 'spec.parts', text: parts };
    await expect(store.tenant('tnt-p').rows(statement, ['undone', 0])).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(await store.tenant('tnt-p').rows(statement, ['done', 1])).toEqual([{ one: 1 }]);
    expect(await store.tenant('tnt-p').rows('SELECT name FROM apps.scopes')).toEqual([{ name: 'done' }]);
  });

  it('refuses the same name for two statements', async () => {
    const prepare = (text: string): Promise<unknown> => store.tenant('tnt-a').rows({ name: 'spec.one', text });
    await Promise.all([1, 2, 3].map(() => prepare('SELECT 1 AS one')));
    await expect(prepare('SELECT 2 AS two')).rejects.toThrow(/unique/);
    await expect(prepare('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('reports a missing connection if there is no server', async () => {
    const nobody = new URL(database.appUrl);
    nobody.port = '1';
    expect(await missingSchema(nobody.href)).toBe('database: no connection');
  });
});

describe('the schema', () => {
  it('is complete after migration, and a second run applies no migrations', async () => {
    expect(await missingSchema(database.appUrl)).toBeNull();
    expect(await migrate(database.ownerUrl)).toEqual([]);
  });

  it('is reported as missing, with the number of pending migrations, until it is migrated', async () => {
    const other = await createTestDatabase();
    try {
      const [last] = await queryAs<{ name: string }>(
        other.ownerUrl,
        'DELETE FROM kernel.migrations WHERE id = (SELECT max(id) FROM kernel.migrations) RETURNING name',
      );
      expect(loadMigrations().map(({ name }) => name)).toContain(last?.name);
      expect(await missingSchema(other.appUrl)).toMatch(/1 migrations pending/);
      await queryAs(other.ownerUrl, 'DROP TABLE kernel.migrations');
      expect(await missingSchema(other.appUrl)).toMatch(/missing/);
    } finally {
      await other.drop();
    }
  });

  it('is created only once when several processes start simultaneously', async () => {
    const empty = await createTestDatabase();
    try {
      const schemas = await queryAs<{ name: string }>(
        empty.adminUrl,
        `SELECT nspname AS name FROM pg_namespace
         WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')`,
      );
      expect(schemas.map(({ name }) => name)).toEqual(expect.arrayContaining(['kernel', 'audit', 'policy']));
      await queryAs(empty.adminUrl, `DROP SCHEMA ${schemas.map(({ name }) => name).join(', ')} CASCADE`);
      const runs = await Promise.all([1, 2, 3].map(() => migrate(empty.ownerUrl)));
      expect(runs.flat().sort()).toEqual(
        loadMigrations()
          .map(({ name }) => name)
          .sort(),
      );
      expect(await missingSchema(empty.appUrl)).toBeNull();
    } finally {
      await empty.drop();
    }
  });

  it('lists migration names in the order of execution', () => {
    const stamps = loadMigrations().map(({ name }) => Number(/(\d{13})$/.exec(name)?.[1]));
    expect(stamps.every((stamp) => Number.isInteger(stamp))).toBe(true);
    expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b));
  });
});
