import { createTestDatabase, queryAs, type TestDatabase } from './test-database';

let first: TestDatabase;
let second: TestDatabase;

beforeAll(async () => {
  [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});

afterAll(async () => {
  await Promise.all([first.drop(), second.drop()]);
});

describe('the database of a test file', () => {
  it('has the schema of the newest migration', async () => {
    const tables = await queryAs<{ table: string | null }>(
      first.appUrl,
      `SELECT to_regclass('kernel.changes') AS table`,
    );
    expect(tables).toEqual([{ table: 'kernel.changes' }]);
  });

  it('is separate from the databases of other files', async () => {
    await queryAs(first.ownerUrl, 'CREATE TABLE kernel.mine (x int)');
    const [row] = await queryAs<{ table: string | null }>(
      second.ownerUrl,
      `SELECT to_regclass('kernel.mine') AS table`,
    );
    expect(row).toEqual({ table: null });
  });

  it('lets only its roles connect, as in production', async () => {
    const sql = `SELECT has_database_privilege('public', $1, 'CONNECT') AS public,
                        has_database_privilege('coresdk_app', $1, 'CONNECT') AS app`;
    expect(await queryAs(first.adminUrl, sql, [first.name])).toEqual([{ public: false, app: true }]);
  });

  it('can be dropped during a query, and dropped twice', async () => {
    const database = await createTestDatabase();
    const busy = queryAs(database.appUrl, 'SELECT pg_sleep(30)').catch((error: unknown) => error);
    for (let seen = 0; seen === 0;) {
      const sql = `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()`;
      seen = (await queryAs(database.adminUrl, sql, [database.name])).length;
    }
    await database.drop();
    await database.drop();
    expect(await busy).toMatchObject({ code: '57P01' });
  });
});
