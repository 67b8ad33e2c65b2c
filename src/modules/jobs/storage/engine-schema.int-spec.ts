import { createEmptyDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { migrateEngine } from './engine-schema';

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});

afterEach(() => database.drop());

describe('the schema of the engine', () => {
  it('is made once by control planes that start at the same time on an empty database', async () => {
    await Promise.all([1, 2, 3].map(() => migrateEngine(database.ownerUrl)));
    const [row] = await queryAs<{ table: string | null }>(
      database.adminUrl,
      `SELECT to_regclass('dbos.workflow_status') AS table`,
    );
    expect(row).toEqual({ table: 'dbos.workflow_status' });
  });
});
