import { createEmptyDatabase, queryAs, type TestDatabase } from '../../../../test/support/test-database';
import { loadMigrations, migrate } from '../../../kernel/database/schema';

const MIGRATION = /^FilesSplitPrivate\d+$/;

let database: TestDatabase;

beforeAll(async () => {
  database = await createEmptyDatabase();
});

afterAll(() => database.drop());

/** Puts a file there as builds before did: in the app's own space, whoever wrote its versions. */
async function file(id: string, tier: string, owner: string, writers: readonly string[]): Promise<void> {
  const at = '2026-11-28T00:00:00Z';
  await queryAs(
    database.adminUrl,
    `INSERT INTO files.files (tenant_id, id, tier, owner, path, current_version, latest_version, created_at, created_by)
     VALUES ('tnt-a', $1, $2, $3, $1, $4, $4, $5, $6)`,
    [id, tier, owner, writers.length, at, writers[0]],
  );
  for (const [index, writer] of writers.entries()) {
    await queryAs(
      database.adminUrl,
      `INSERT INTO files.contents (tenant_id, id, size_bytes, sha256, created_at) VALUES ('tnt-a', $1, 1, '', $2)`,
      [`${id}-${index}`, at],
    );
    await queryAs(
      database.adminUrl,
      `INSERT INTO files.versions (tenant_id, file_id, version, content_id, content_type, created_at, created_by)
       VALUES ('tnt-a', $1, $2, $3, 'text/plain', $4, $5)`,
      [id, index + 1, `${id}-${index}`, at, writer],
    );
  }
}

const all = (sql: string) => queryAs<Record<string, unknown>>(database.adminUrl, sql);
const FILES = 'SELECT id, tier, owner, path, current_version FROM files.files ORDER BY id';
const VERSIONS = 'SELECT file_id, version, content_id, created_by FROM files.versions ORDER BY file_id, version';

it('private files that users wrote last become their own, and nothing is lost', async () => {
  const migrations = loadMigrations();
  const at = migrations.findIndex(({ name }) => MIGRATION.test(name));
  expect(at).toBeGreaterThan(0);
  await migrate(database.ownerUrl, migrations.slice(0, at));
  await file('of-app', 'private', 'app-x', ['app-x']);
  await file('of-user', 'private', 'app-x', ['usr-1']);
  await file('app-then-user', 'private', 'app-x', ['app-x', 'usr-2']);
  await file('user-then-app', 'private', 'app-x', ['usr-1', 'app-x']);
  await file('of-agent', 'private', 'app-x', ['agent:helper@user:usr-1@tenant:tnt-a']);
  await file('of-app-agent', 'private', 'app-x', ['agent:helper@app:app-x@tenant:tnt-a']);
  await file('shared', 'shared', '', ['usr-1']);
  await file('user', 'user', 'usr-1', ['usr-1']);
  const [files, versions] = [await all(FILES), await all(VERSIONS)];

  await migrate(database.ownerUrl);
  const moved: Readonly<Record<string, string>> = {
    'of-user': 'app-x/usr-1',
    'app-then-user': 'app-x/usr-2',
    'of-agent': 'app-x/usr-1',
  };
  expect(await all(FILES)).toEqual(files.map((row) => ({ ...row, owner: moved[String(row['id'])] ?? row['owner'] })));
  expect(await all(VERSIONS)).toEqual(versions);
});
