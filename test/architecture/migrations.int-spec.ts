import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client } from 'pg';
import { productVersion } from '../../src/kernel/config/project-root';
import { isBaseline, type MigrationClass } from '../../src/kernel/database/baselines';
import { REPLACED_MIGRATIONS } from '../../src/kernel/database/replaced-migrations';
import { compareSchema, loadMigrations, migrate, missingSchema } from '../../src/kernel/database/schema';
import { fillTables } from '../support/made-up-rows';
import { schemaText } from '../support/schema-text';
import { storeScript } from '../support/store-script';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/test-database';

type Row = Readonly<Record<string, unknown>>;

/** Database dumps from releases, with a row in every table. CONTRIBUTING.md ("A release") says when and how to add one. */
const FOLDER = path.join(__dirname, 'releases');
const RELEASES = readdirSync(FOLDER).map((file) => file.replace('.sql.gz', ''));
const TENANTS = ['tnt-a', 'tnt-b'] as const;

/** Values that a migration adds to existing rows: the column, and the condition that holds for each row afterwards. */
const FILLED: Readonly<Record<string, readonly [column: string, holds: string]>> = {
  'apps.apps': [
    'allowed_origins',
    `allowed_origins = CASE app_type WHEN 'spa' THEN ARRAY['http://localhost:5173', 'https://app.example.com'] ELSE '{}' END`,
  ],
};

/** Tables that a migration renamed, by old name. */
const RENAMED: Readonly<Record<string, string>> = {};

let database: TestDatabase;
/** The database clients for the superuser and for the application's role. */
let admin: Client;
let app: Client;

beforeEach(async () => {
  database = await createEmptyDatabase();
  admin = await connect(database.adminUrl);
  app = await connect(database.appUrl);
});

afterEach(async () => {
  await admin.end();
  await app.end();
  await database.drop();
});

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}

const fileOf = (release: string): string => path.join(FOLDER, `${release}.sql.gz`);
const namesOf = (migrations: readonly MigrationClass[]): readonly string[] => migrations.map(({ name }) => name);

async function query<R extends object>(sql: string): Promise<readonly R[]> {
  return (await admin.query<R>(sql)).rows;
}

async function recorded(): Promise<readonly string[]> {
  return (await query<{ name: string }>('SELECT name FROM kernel.migrations ORDER BY id')).map(({ name }) => name);
}

const rowsOf = async (table: string): Promise<readonly Row[]> =>
  (
    await query<{ row: Row }>(
      `SELECT to_jsonb(t) AS row FROM ${table} t
       ORDER BY coalesce(to_jsonb(t)->>'tenant_id', to_jsonb(t)->>'id', to_jsonb(t)->>'name')`,
    )
  ).map(({ row }) => row);

/** Returns the rows of each non-empty table, except the rows that every start writes. */
async function allRows(): Promise<ReadonlyMap<string, readonly Row[]>> {
  const tables = await query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspowner = 'coresdk_owner'::regrole AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND c.oid NOT IN ('kernel.migrations'::regclass, 'kernel.sql_functions'::regclass) ORDER BY 1`,
  );
  const found = new Map<string, readonly Row[]>();
  for (const { name } of tables) {
    const rows = await rowsOf(name);
    if (rows.length > 0) found.set(name, rows);
  }
  return found;
}

/** Returns the rows of a table that the application sees as a tenant; `null` if it has no access. */
async function seenOf(table: string, tenant: string): Promise<readonly Row[] | null> {
  const may = `SELECT has_table_privilege('coresdk_app', '${table}', 'SELECT') AS may`;
  const [{ may: mayRead } = { may: false }] = await query<{ may: boolean }>(may);
  if (!mayRead) return null;
  await app.query(`SELECT set_config('app.tenant_id', $1, false)`, [tenant]);
  return (await app.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${table} t`)).rows.map(({ row }) => row);
}

const isThere = async (table: string): Promise<boolean> =>
  (await query(`SELECT WHERE to_regclass('${table}') IS NOT NULL`)).length > 0;

/** Returns the values of a row that were removed or changed, as `table.column`. */
function changed(table: string, before: Row, after: Row): readonly string[] {
  return Object.entries(before).flatMap(([name, value]) =>
    name in after && JSON.stringify(after[name]) !== JSON.stringify(value) ? [`${table}.${name}`] : [],
  );
}

/** Returns the faults in rows from before the migrations; an empty list for a correct upgrade. */
async function faultsSince(before: ReadonlyMap<string, readonly Row[]>): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [known, old] of before) {
    const other = RENAMED[known];
    const table = other === undefined || before.has(other) ? known : other;
    if (!(await isThere(table))) {
      wrong.push(`${table} is gone`);
      continue;
    }
    const now = await rowsOf(table);
    const [column, holds] = FILLED[table] ?? [];
    if (column !== undefined && holds !== undefined && old.some((row) => !(column in row))) {
      const without = await query(`SELECT FROM ${table} WHERE (${holds}) IS NOT TRUE`);
      if (without.length > 0) wrong.push(`${table}: not every row satisfies ${holds}`);
    }
    if (now.length !== old.length) wrong.push(`${table} has ${now.length} of ${old.length} rows`);
    for (const [index, row] of old.entries()) wrong.push(...changed(table, row, now[index] ?? {}));
    for (const tenant of TENANTS) {
      const seen = await seenOf(table, tenant);
      const own = now.filter((row) => (table === 'tenants.tenants' ? row['id'] : row['tenant_id']) === tenant);
      if (seen !== null && own.length > 0 && JSON.stringify(seen) !== JSON.stringify(own)) {
        wrong.push(`${table} shows ${seen.length} of ${own.length} rows to ${tenant}`);
      }
    }
  }
  return wrong;
}

/** Returns the schema of a new database. */
async function newSchema(): Promise<string> {
  const fresh = await createTestDatabase();
  const client = await connect(fresh.adminUrl);
  try {
    return await schemaText(client);
  } finally {
    await client.end();
    await fresh.drop();
  }
}

describe('the migrations', () => {
  it.each(RELEASES)('upgrade the schema of release %s to the current schema, and keep its rows', async (release) => {
    await admin.query(gunzipSync(readFileSync(fileOf(release))).toString('utf8'));
    const present = await recorded();
    const before = await allRows();
    expect(before.size).toBeGreaterThan(90);

    const later = loadMigrations().filter((migration) => !isBaseline(migration) && !present.includes(migration.name));
    expect(await migrate(database.ownerUrl)).toEqual(namesOf(later));
    expect(await faultsSince(before)).toEqual([]);
    expect(await schemaText(admin)).toBe(await newSchema());
    expect(await missingSchema(database.appUrl)).toBeNull();
    expect(await migrate(database.ownerUrl)).toEqual([]);
  });

  it('keep the existing rows when they run after the baselines, and show them to their tenants', async () => {
    const all = loadMigrations();
    await migrate(database.ownerUrl, all.filter(isBaseline));
    const tables = await fillTables(admin, TENANTS);
    const before = await allRows();
    expect([...before.keys()]).toEqual(expect.arrayContaining([...tables]));
    expect(await migrate(database.ownerUrl)).toEqual(namesOf(all.filter((migration) => !isBaseline(migration))));
    expect(await faultsSince(before)).toEqual([]);
  });
});

describe('the baselines', () => {
  /** Stands in for the version before the baselines when its migrations are checked. */
  const versionBefore = REPLACED_MIGRATIONS.map((name) => {
    const up = () => Promise.reject(new Error(`${name} was run.`));
    return {
      [name]: class {
        readonly up = up;
        readonly down = up;
      },
    }[name] as MigrationClass;
  });

  it('come first, one for each schema', async () => {
    const all = loadMigrations();
    const baselines = all.filter(isBaseline);
    expect(all.slice(0, baselines.length)).toEqual(baselines);
    await migrate(database.ownerUrl, baselines);
    const schemas = await query(`SELECT FROM pg_namespace WHERE nspowner = 'coresdk_owner'::regrole`);
    expect(schemas).toHaveLength(baselines.length);
  });

  it('record the migrations that they replace, so that the previous version finds a new schema complete', async () => {
    expect(await migrate(database.ownerUrl)).toEqual(namesOf(loadMigrations()));
    const present = await recorded();
    expect(present).toEqual([...REPLACED_MIGRATIONS, ...namesOf(loadMigrations())]);
    expect(compareSchema(present)).toEqual({ pending: [], unknown: [], tooOld: [] });
    expect(compareSchema(present, versionBefore).pending).toEqual([]);
    expect(await migrate(database.ownerUrl, versionBefore)).toEqual([]);
    expect(await query(`SELECT name FROM kernel.migrations WHERE timestamp <> right(name, 13)::bigint`)).toEqual([]);
  });

  it('give a new database the same rows as an upgraded one', async () => {
    await migrate(database.ownerUrl);
    const own = await allRows();
    const upgraded = await createEmptyDatabase();
    const client = await connect(upgraded.adminUrl);
    try {
      await client.query(gunzipSync(readFileSync(fileOf(RELEASES[0] ?? ''))).toString('utf8'));
      await migrate(upgraded.ownerUrl);
      for (const [table, rows] of own) {
        for (const row of rows) {
          const { created_at: _created, updated_at: _updated, ...rest } = row;
          const same = await client.query(`SELECT FROM ${table} AS t WHERE to_jsonb(t) @> $1`, [rest]);
          expect([table, rest, same.rowCount]).toEqual([table, rest, 1]);
        }
      }
    } finally {
      await client.end();
      await upgraded.drop();
    }
    expect([...own.keys()]).toEqual(['entitlements.plans', 'events.feed_end', 'webhooks.intake', 'workflows.intake']);
  });

  it('reject a database with some of the replaced migrations, name the release to upgrade to, and do not change anything', async () => {
    await admin.query(`SET ROLE coresdk_owner; CREATE SCHEMA kernel; CREATE TABLE kernel.migrations (id serial PRIMARY KEY,
      timestamp bigint NOT NULL, name text NOT NULL); RESET ROLE`);
    const some = REPLACED_MIGRATIONS.slice(0, 59);
    for (const name of some) {
      await admin.query('INSERT INTO kernel.migrations (timestamp, name) VALUES ($1, $2)', [name.slice(-13), name]);
    }
    const before = await storeScript(admin);
    await expect(migrate(database.ownerUrl)).rejects.toThrow(
      'Cannot upgrade the database: the schema is from before release 0.1.1: 26 of 85 migrations up to that release are ' +
        `missing; the first is ${REPLACED_MIGRATIONS[59]}. Upgrade to release 0.1.1 first, then to this version.`,
    );
    expect(await storeScript(admin)).toBe(before);
    expect(compareSchema(some).tooOld).toHaveLength(26);
  });

  it('leave an empty database empty when one of them fails', async () => {
    const broken = class BrokenBaseline1796083199999 {
      up = () => Promise.reject(new Error('The server went away.'));
      down = this.up;
    };
    const baselines = loadMigrations().filter(isBaseline);
    await expect(migrate(database.ownerUrl, [...baselines, broken])).rejects.toThrow('The server went away.');
    expect(await recorded()).toEqual([]);
    expect(await query(`SELECT nspname FROM pg_namespace WHERE nspname IN ('tenants', 'audit')`)).toEqual([]);
    expect(await migrate(database.ownerUrl)).toHaveLength(loadMigrations().length);
  });
});

if (process.env['UPDATE'] === 'release') {
  it('writes the stored database dump of this release', async () => {
    await migrate(database.ownerUrl);
    await fillTables(admin, TENANTS);
    writeFileSync(fileOf(productVersion()), gzipSync(await storeScript(admin), { level: 9 }));
  });
}
