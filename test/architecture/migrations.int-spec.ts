import { Client } from 'pg';
import { loadMigrations, migrate } from '../../src/kernel/database/schema';
import { createEmptyDatabase, type TestDatabase } from '../support/test-database';

/** Builds whose rows the next ones found: named by their last migration. */
const BUILDS = [
  'ProjectsCreate1795536300000',
  'UsersHoldSession1795559400000',
  'AuditSearch1795755600000',
  'EventsOwnFiles1795769130000',
] as const;

type Row = Readonly<Record<string, unknown>>;

/** What columns hold where a made-up value would not do; by column, or by table and column. */
const VALUES: Readonly<Record<string, unknown>> = {
  'keys.signing_keys.status': 'active',
  'flags.scheduled.status': 'pending',
  'flags.scheduled.created_by_type': 'user',
  'credentials.credentials.owner_type': 'user',
  'files.files.tier': 'shared',
  'projects.members.role': 'member',
  'oauth.grants.remembered_scopes': ['projects.read'],
  'secrets.grants.principal_type': 'client',
  'secrets.grants.principal_id': 'client_id of {tenant}',
  'secrets.grants.created_at': '2100-01-01T00:00:00Z',
};

/** Columns that may be empty by themselves, and not in this combination. */
const NEEDED_AS_WELL: Readonly<Record<string, Row>> = {
  'rate_limit.rules': { plan: 'free' },
  'secrets.grants': { provider: 'store', path: 'DB_*', client_registered_at: '2026-11-24T00:00:00Z' },
};

/** What a migration puts into rows that are there: the column that it adds, and what holds for each row afterwards. */
const FILLED: Readonly<Record<string, readonly [column: string, holds: string]>> = {
  'audit.retention': ['reads', "reads = 'each'"],
  'keys.signing_keys': ['activated_at', 'activated_at = created_at'],
  'oauth.grants': ['remembered', 'remembered'],
  'projects.projects': ['created_by', 'created_by = owner_id AND updated_by = owner_id'],
  'secrets.grants': ['client_registered_at', 'client_registered_at IS NOT NULL'],
  'users.users': ['name_key', 'name_key = lower(normalize(display_name, NFKC))'],
};

/** Tables that a migration has given another name, for what came after them. */
const RENAMED: Readonly<Record<string, string>> = { 'audit.events': 'audit.earlier_events' };

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

let database: TestDatabase;
/** The superuser, and the application's role. */
let admin: Client;
let app: Client;

beforeEach(async () => {
  database = await createEmptyDatabase();
  [admin, app] = [database.adminUrl, database.appUrl].map((connectionString) => new Client({ connectionString })) as [
    Client,
    Client,
  ];
  await admin.connect();
  await app.connect();
});

afterEach(async () => {
  await admin.end();
  await app.end();
  await database.drop();
});

async function query<R extends object>(sql: string): Promise<readonly R[]> {
  return (await admin.query<R>(sql)).rows;
}

/** The columns of every table of ours that a row must say something for. */
const neededColumns = (): Promise<readonly Column[]> =>
  query<Column>(`SELECT c.oid::regclass::text AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public')
       AND c.oid <> 'kernel.migrations'::regclass AND a.attgenerated = '' AND a.attidentity = ''
       AND a.attnotnull AND NOT a.atthasdef
     ORDER BY 1, a.attnum`);

function valueOf({ table, name, type }: Column, tenant: string): unknown {
  const own = VALUES[`${table}.${name}`] ?? VALUES[name];
  if (own !== undefined) return typeof own === 'string' ? own.replace('{tenant}', tenant) : own;
  if (name === 'tenant_id' || (table === 'tenants.tenants' && name === 'id')) return tenant;
  if (type.endsWith('[]')) return [];
  if (type === 'jsonb') return '{}';
  if (type === 'bytea') return Buffer.from('00', 'hex');
  if (type === 'boolean') return true;
  if (/^(integer|bigint|smallint|numeric|double precision|xid8)/.test(type)) return 1;
  if (/^(timestamp|date)/.test(type)) return '2026-11-24T00:00:00Z';
  // Unique in the installation where it has to be.
  return `${name} of ${tenant}`;
}

/** Of {@link NEEDED_AS_WELL}, what the table has by this build. */
async function alsoNeeded(table: string): Promise<Row> {
  const sql = `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0`;
  const has = new Set((await query<{ name: string }>(sql)).map(({ name }) => name));
  return Object.fromEntries(Object.entries(NEEDED_AS_WELL[table] ?? {}).filter(([name]) => has.has(name)));
}

/** A row in every table, for each of two tenants where it is a tenant's. @returns the tables. */
async function fill(tenants: readonly string[]): Promise<readonly string[]> {
  const columns = await neededColumns();
  const tables = [...new Set(columns.map(({ table }) => table))];
  try {
    // Rows come in any order, and nothing follows from them.
    await admin.query('SET session_replication_role = replica');
    for (const table of tables) {
      const own = columns.filter((column) => column.table === table);
      const isOfTenants = table === 'tenants.tenants' || own.some(({ name }) => name === 'tenant_id');
      for (const tenant of isOfTenants ? tenants : tenants.slice(0, 1)) {
        const members = {
          ...(await alsoNeeded(table)),
          ...Object.fromEntries(own.map((one) => [one.name, valueOf(one, tenant)])),
        };
        await admin
          .query(
            `INSERT INTO ${table} (${Object.keys(members).join(', ')})
             VALUES (${Object.keys(members)
               .map((_, index) => `$${index + 1}`)
               .join(', ')})`,
            Object.values(members),
          )
          .catch((error: unknown) => {
            throw new Error(`${table}: ${error instanceof Error ? error.message : String(error)}`);
          });
      }
    }
  } finally {
    await admin.query('RESET session_replication_role');
  }
  return tables;
}

const rowsOf = async (table: string): Promise<readonly Row[]> =>
  (
    await query<{ row: Row }>(
      `SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY coalesce(to_jsonb(t)->>'tenant_id', to_jsonb(t)->>'id')`,
    )
  ).map(({ row }) => row);

/** The rows that the application sees of a table in a tenant's name; `null` where it may not look. */
async function seenOf(table: string, tenant: string): Promise<readonly Row[] | null> {
  const may = `SELECT has_table_privilege('coresdk_app', '${table}', 'SELECT') AS may`;
  const [{ may: mayRead } = { may: false }] = await query<{ may: boolean }>(may);
  if (!mayRead) return null;
  await app.query(`SELECT set_config('app.tenant_id', $1, false)`, [tenant]);
  return (await app.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM ${table} t`)).rows.map(({ row }) => row);
}

const isThere = async (table: string): Promise<boolean> =>
  (await query(`SELECT WHERE to_regclass('${table}') IS NOT NULL`)).length > 0;

/** What a row had that it has no more, or has otherwise, as `table.column`. */
function changed(table: string, before: Row, after: Row): readonly string[] {
  return Object.entries(before).flatMap(([name, value]) =>
    name in after && JSON.stringify(after[name]) !== JSON.stringify(value) ? [`${table}.${name}`] : [],
  );
}

describe('the migrations', () => {
  it.each(BUILDS)('after %s keep the rows that are there, and show them to their tenants', async (last) => {
    const all = loadMigrations();
    const upTo = all.findIndex(({ name }) => name === last);
    expect(upTo).toBeGreaterThan(0);
    await migrate(database.ownerUrl, all.slice(0, upTo + 1));
    const tenants = ['tnt-a', 'tnt-b'] as const;
    const tables = await fill(tenants);
    expect(tables).toContain('projects.projects');
    const before = new Map<string, readonly Row[]>();
    for (const table of tables) before.set(table, await rowsOf(table));

    expect(await migrate(database.ownerUrl)).toEqual(all.slice(upTo + 1).map(({ name }) => name));

    const wrong: string[] = [];
    for (const known of tables) {
      const other = RENAMED[known];
      const table = other === undefined || tables.includes(other) ? known : other;
      if (!(await isThere(table))) {
        wrong.push(`${table} is gone`);
        continue;
      }
      const [old, now] = [before.get(known) ?? [], await rowsOf(table)];
      const [column, holds] = FILLED[table] ?? [];
      if (column !== undefined && holds !== undefined && old.some((row) => !(column in row))) {
        const without = await query(`SELECT FROM ${table} WHERE (${holds}) IS NOT TRUE`);
        if (without.length > 0) wrong.push(`${table}: it does not hold that ${holds}`);
      }
      if (now.length !== old.length) wrong.push(`${table} has ${now.length} rows of ${old.length}`);
      for (const [index, row] of old.entries()) wrong.push(...changed(table, row, now[index] ?? {}));
      for (const tenant of tenants) {
        const seen = await seenOf(table, tenant);
        const own = now.filter((row) => (table === 'tenants.tenants' ? row['id'] : row['tenant_id']) === tenant);
        if (seen !== null && own.length > 0 && JSON.stringify(seen) !== JSON.stringify(own)) {
          wrong.push(`${table} shows ${seen.length} rows of ${own.length} to ${tenant}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
