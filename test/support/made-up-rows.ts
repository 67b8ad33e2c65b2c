import type { Client } from 'pg';

type Row = Readonly<Record<string, unknown>>;

/** Values for columns in which a generated value would be invalid, by column or by table and column. */
const VALUES: Readonly<Record<string, unknown>> = {
  'apps.apps.app_type': 'spa',
  'apps.apps.redirect_uris': ['https://app.example.com/signed-in', 'http://localhost:5173/'],
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
  'workflows.triggers.type': 'webhook',
  'workflows.steps.state': 'running',
  'workflows.workflows.status': 'active',
};

/** Nullable columns that must be set in this combination, and an event's `number`, because events without a number count as staged. */
const NEEDED_AS_WELL: Readonly<Record<string, Row>> = {
  'events.events': { number: 1, position: 1 },
  'rate_limit.rules': { plan: 'free' },
  'secrets.grants': { provider: 'store', path: 'DB_*', client_registered_at: '2026-11-24T00:00:00Z' },
  'token_events.events': { number: 1, of_all: 0 },
  'users.users': { email: 'Ada@example.com', email_key: 'ada@example.com' },
};

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

/** The columns without a default in each of our tables. */
const NEEDED_COLUMNS = `
  SELECT c.oid::regclass::text AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'public')
    AND c.oid NOT IN ('kernel.migrations'::regclass, 'kernel.sql_functions'::regclass)
    AND a.attgenerated = '' AND a.attidentity = '' AND a.attnotnull AND NOT a.atthasdef
  ORDER BY 1, a.attnum`;

/**
 * Inserts a row into every table; if the table has a tenant, one for each tenant. Existing rows stay unchanged.
 * @param client a connection of the superuser
 * @returns the names of the tables
 */
export async function fillTables(client: Client, tenants: readonly string[]): Promise<readonly string[]> {
  const columns = (await client.query<Column>(NEEDED_COLUMNS)).rows;
  const tables = [...new Set(columns.map(({ table }) => table))];
  try {
    // Rows are inserted in any order, without triggers or foreign key checks.
    await client.query('SET session_replication_role = replica');
    for (const table of tables) {
      const own = columns.filter((column) => column.table === table);
      const isOfTenants = table === 'tenants.tenants' || own.some(({ name }) => name === 'tenant_id');
      for (const tenant of isOfTenants ? tenants : tenants.slice(0, 1)) await insertRow(client, table, own, tenant);
    }
  } finally {
    await client.query('RESET session_replication_role');
  }
  return tables;
}

async function insertRow(client: Client, table: string, columns: readonly Column[], tenant: string): Promise<void> {
  const made = Object.fromEntries(columns.map((column) => [column.name, valueOf(column, tenant)]));
  const members = { ...made, ...NEEDED_AS_WELL[table] };
  const places = Object.keys(members).map((_, index) => `$${index + 1}`);
  const sql = `INSERT INTO ${table} (${Object.keys(members)
    .map((name) => client.escapeIdentifier(name))
    .join(', ')}) VALUES (${places.join(', ')})`;
  await client.query(sql, Object.values(members)).catch((error: unknown) => {
    throw new Error(`${table}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function valueOf({ table, name, type }: Column, tenant: string): unknown {
  const own = VALUES[`${table}.${name}`] ?? VALUES[name];
  if (own !== undefined) return typeof own === 'string' ? own.replace('{tenant}', tenant) : own;
  if (name === 'tenant_id' || (table === 'tenants.tenants' && name === 'id')) return tenant;
  if (type.endsWith('[]')) return [];
  if (/^jsonb?$/.test(type)) return '{}';
  if (type === 'bytea') return Buffer.from('00', 'hex');
  if (type === 'boolean') return true;
  if (/^(integer|bigint|smallint|numeric|double precision|xid8)/.test(type)) return 1;
  if (/^(timestamp|date)/.test(type)) return '2026-11-24T00:00:00Z';
  // Makes values unique within the installation where required.
  return `${name} of ${tenant}`;
}
