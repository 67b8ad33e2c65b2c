import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client } from 'pg';
import { Database } from '../../src/kernel/database/database';
import { DatabaseModule } from '../../src/kernel/database/database.module';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';

/** Tables whose rows do not belong to a single tenant, with the reason for each. */
const NO_TENANT: Readonly<Record<string, string>> = {
  'kernel.migrations': 'The schema version; the same for all tenants.',
  'kernel.leases': 'The process that runs each task of the installation.',
  'kernel.sql_functions': 'The schema’s functions; the same for all tenants.',
  'entitlements.plans':
    'The installation’s plans, reached only through functions; a tenant refers to its plan by name.',
  'events.feed_end': 'One row, reached only through functions: the end of the event feed of all tenants.',
  'files.erased': 'Storage prefixes to empty, reached only through functions: the ids of erased tenants.',
  'jobs.executors': 'Processes that run jobs of all tenants, reached only through functions.',
  'keys.signing_keys': 'The installation signs for all tenants with one key; the private part is encrypted.',
  'sealing.proof':
    'A fixed text, encrypted under MASTER_KEY, that every process decrypts to check whether it has the right key.',
  'rate_limit.replicas': 'The processes that share rate limit counts; a process has no tenant.',
  'tenants.erasures': 'Erased tenants’ certificates, which the installation keeps; reached only through functions.',
  'workflows.intake':
    'One row, reached only through functions: the position up to which workflows have read all tenants’ events.',
  'webhooks.intake':
    'One row, reached only through functions: the position up to which webhooks have read all tenants’ events.',
  'users.sign_in_failures':
    'Counts by account and address hashes, reached only through functions; an address has no tenant.',
};

/** Tables whose tenant column has another name. */
const TENANT_COLUMN: Readonly<Record<string, string>> = { 'tenants.tenants': 'id' };

/** Unique keys that do not begin with the tenant: their duplicate-key errors reveal data of other tenants. */
const UNIQUE_ACROSS_TENANTS: Readonly<Record<string, string>> = {
  'apps.apps_pkey':
    'client_id is unique in the installation by contract (rest.md §2): its lookup comes before the tenant is known.',
  'connections.domains_one_tenant':
    'A domain belongs to the tenant that proved control of it; only its owner learns that another tenant has it.',
  'tenants.tenants_slug_key': 'A slug names its tenant on every surface; only platform administrators choose slugs.',
  'kernel.changes_pkey': 'An identity column whose values only the database assigns; callers cannot try a value.',
  'kernel.outbox_pkey': 'The ids are random ULIDs that we generate; callers cannot choose them.',
};

/** The policies that let the application's role use rows of other tenants. */
const OPEN_POLICIES = ['owner_functions'];

let database: TestDatabase;
let context: INestApplicationContext;
let store: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = { DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT_MS: 500 };
  const module = DatabaseModule.connect({ url: database.appUrl, config, applicationName: 'row-security' });
  context = await NestFactory.createApplicationContext(module, { logger: false });
  store = context.get(Database);
});

afterAll(async () => {
  await context.close();
  await database.drop();
});

interface Table {
  readonly table: string;
  readonly owner: string;
  readonly columns: readonly string[];
  readonly enabled: boolean;
  readonly forced: boolean;
}

const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;

function tables(): Promise<readonly Table[]> {
  return queryAs<Table>(
    database.adminUrl,
    `SELECT n.nspname || '.' || c.relname AS "table", pg_get_userbyid(c.relowner) AS owner,
            c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
            (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
              AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND ${OURS} ORDER BY 1`,
  );
}

const tenantColumnOf = ({ table, columns }: Table): string | null =>
  TENANT_COLUMN[table] ?? (columns.includes('tenant_id') ? 'tenant_id' : null);

describe('the schema', () => {
  it('has no table without a tenant, except those with a documented reason', async () => {
    const without = (await tables()).filter((table) => tenantColumnOf(table) === null);
    expect(without.map(({ table }) => table)).toEqual(Object.keys(NO_TENANT).sort());
  });

  it('enforces row security on every table with a tenant, including for its owner', async () => {
    const open = (await tables()).filter((table) => tenantColumnOf(table) !== null && !(table.enabled && table.forced));
    expect(open.map(({ table }) => table)).toEqual([]);
  });

  it('compares the tenant in each policy that binds the application', async () => {
    const policies = await queryAs<{
      table: string;
      policy: string;
      roles: string[];
      qual: string;
      check: string | null;
    }>(
      database.adminUrl,
      `SELECT schemaname || '.' || tablename AS "table", policyname AS policy, roles::text[] AS roles,
              coalesce(qual, '') AS qual, with_check AS check FROM pg_policies ORDER BY 1, 2`,
    );
    for (const { policy, roles, table } of policies.filter(({ policy: name }) => OPEN_POLICIES.includes(name))) {
      expect([table, policy, roles]).toEqual([table, policy, ['coresdk_owner']]);
    }
    const walls = policies.filter(({ policy }) => !OPEN_POLICIES.includes(policy));
    for (const { table, qual, check } of walls) {
      const column = TENANT_COLUMN[table] ?? 'tenant_id';
      // PostgreSQL prints "IS NOT DISTINCT FROM" as the negation of its opposite.
      const equal = `(${column} = kernel.current_tenant())`;
      const same = `(NOT (${column} IS DISTINCT FROM kernel.current_tenant()))`;
      for (const expression of [qual, check ?? qual])
        expect([table, [equal, same]]).toEqual([table, expect.arrayContaining([expression])]);
    }
    // Without a policy, the application's role sees no rows, which is allowed.
    const reached = await queryAs<{ table: string }>(
      database.adminUrl,
      `SELECT n.nspname || '.' || c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND ${OURS} AND has_schema_privilege('coresdk_app', n.oid, 'USAGE')
         AND has_table_privilege('coresdk_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')`,
    );
    const walled = new Set(walls.map(({ table }) => table));
    const unwalled = reached.map(({ table }) => table).filter((table) => !walled.has(table) && !(table in NO_TENANT));
    expect(unwalled).toEqual([]);
  });

  it('does not let the application change data shared by all tenants, except the signing keys', async () => {
    const writable = await queryAs<{ table: string }>(
      database.adminUrl,
      `SELECT n.nspname || '.' || c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND ${OURS} AND NOT c.relrowsecurity
         AND has_table_privilege('coresdk_app', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1`,
    );
    expect(writable).toEqual([{ table: 'keys.signing_keys' }]);
  });

  it('has no views, because a view reads with the rights of its owner', async () => {
    const sql = `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${OURS}`;
    expect(await queryAs(database.adminUrl, sql)).toEqual([]);
  });

  it('has no unique key that reveals data of other tenants, except those with a documented reason', async () => {
    const keys = await queryAs<{ key: string; table: string; first: string }>(
      database.adminUrl,
      `SELECT n.nspname || '.' || i.relname AS key, n.nspname || '.' || t.relname AS "table",
              pg_get_indexdef(x.indexrelid, 1, true) AS first
       FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
         JOIN pg_namespace n ON n.oid = t.relnamespace
       WHERE x.indisunique AND ${OURS} ORDER BY 1`,
    );
    const telling = keys.filter(
      ({ table, first }) => !(table in NO_TENANT) && first !== (TENANT_COLUMN[table] ?? 'tenant_id'),
    );
    expect(telling.map(({ key }) => key).sort()).toEqual(Object.keys(UNIQUE_ACROSS_TENANTS).sort());
  });

  it('denies PUBLIC its SECURITY DEFINER functions, and fixes their search path', async () => {
    const functions = await queryAs<{ name: string; path: boolean; public: boolean; owner: string }>(
      database.adminUrl,
      `SELECT p.oid::regprocedure::text AS name, 'search_path=""' = ANY (coalesce(p.proconfig, '{}')) AS path,
              has_function_privilege('public', p.oid, 'EXECUTE') AS public, pg_get_userbyid(p.proowner) AS owner
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND ${OURS} ORDER BY 1`,
    );
    expect(functions.length).toBeGreaterThan(5);
    for (const { name, ...facts } of functions) {
      expect({ name, ...facts }).toEqual({ name, path: true, public: false, owner: 'coresdk_owner' });
    }
  });
});

describe('the role of the application', () => {
  it('cannot bypass security: no superuser, no BYPASSRLS, no creation of roles or databases, no memberships', async () => {
    const [role] = await queryAs(
      database.adminUrl,
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
              (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS memberships
       FROM pg_roles r WHERE rolname = 'coresdk_app'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      memberships: 0,
    });
  });

  it('owns nothing', async () => {
    const sql = `SELECT classid::regclass::text AS kind, objid FROM pg_shdepend
                 WHERE refobjid = 'coresdk_app'::regrole AND deptype = 'o'`;
    expect(await queryAs(database.adminUrl, sql)).toEqual([]);
  });

  it('cannot create tables, schemas or temporary tables', async () => {
    for (const statement of [
      'CREATE TABLE public.mine (x int)',
      'CREATE TABLE apps.mine (x int)',
      'CREATE SCHEMA mine',
      'CREATE TEMPORARY TABLE mine (x int)',
    ]) {
      await expect(queryAs(database.appUrl, statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('cannot turn row security off', async () => {
    await expect(queryAs(database.appUrl, 'ALTER TABLE apps.scopes DISABLE ROW LEVEL SECURITY')).rejects.toMatchObject({
      code: '42501',
    });
    const client = new Client({ connectionString: database.appUrl });
    await client.connect();
    // With this setting, a query that a policy would filter fails instead; it never shows the rows.
    await client.query('SET row_security = off');
    await expect(client.query('SELECT * FROM apps.scopes')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  it('cannot change or delete audit log records', async () => {
    for (const statement of [
      `UPDATE audit.events SET action = 'x'`,
      'DELETE FROM audit.events',
      'TRUNCATE audit.events',
      `INSERT INTO audit.events SELECT * FROM audit.events`,
    ]) {
      await expect(queryAs(database.appUrl, statement)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('a transaction of a tenant', () => {
  const INSERT = `INSERT INTO apps.scopes (tenant_id, name, description) VALUES ($1, $2, 'A scope')`;
  const SELECT = 'SELECT tenant_id, name FROM apps.scopes ORDER BY 1';

  beforeAll(async () => {
    await store.tenant('tnt-a').run(INSERT, ['tnt-a', 'read']);
    await store.tenant('tnt-b').run(INSERT, ['tnt-b', 'read']);
  });

  it('sees only its own rows, even when it queries other tenants’ rows', async () => {
    expect(await store.tenant('tnt-a').rows(SELECT)).toEqual([{ tenant_id: 'tnt-a', name: 'read' }]);
    const asked = `SELECT name FROM apps.scopes WHERE tenant_id = 'tnt-b'`;
    expect(await store.tenant('tnt-a').rows(asked)).toEqual([]);
    expect(await store.tenantTransaction('tnt-a', (tx) => tx.rows(asked))).toEqual([]);
  });

  it('cannot change, delete or take over the rows of another tenant', async () => {
    const change = `UPDATE apps.scopes SET description = 'mine' WHERE tenant_id = 'tnt-b' RETURNING name`;
    expect(await store.tenant('tnt-a').rows(change)).toEqual([]);
    expect(
      await store.tenant('tnt-a').rows(`DELETE FROM apps.scopes WHERE tenant_id = 'tnt-b' RETURNING name`),
    ).toEqual([]);
    await expect(store.tenant('tnt-a').rows(INSERT, ['tnt-b', 'sneaked'])).rejects.toMatchObject({ code: '42501' });
    const move = `UPDATE apps.scopes SET tenant_id = 'tnt-b' WHERE tenant_id = 'tnt-a'`;
    await expect(store.tenant('tnt-a').rows(move)).rejects.toMatchObject({ code: '42501' });
    expect(await store.tenant('tnt-b').rows(SELECT)).toEqual([{ tenant_id: 'tnt-b', name: 'read' }]);
  });

  it('does not leave a tenant setting on its connection, whether it commits, fails or is cancelled', async () => {
    const setting = `SELECT current_setting('app.tenant_id', true) AS tenant, kernel.current_tenant() AS current`;
    const both = () => Promise.all([store.platform().rows(setting), store.platform().rows(setting)]);
    await store.tenant('tnt-a').run(SELECT);
    await store.tenantTransaction('tnt-a', (tx) => tx.rows(SELECT));
    await store.tenantTransaction('tnt-a', (tx) => tx.rows('SELECT 1 / 0')).catch(() => undefined);
    await store
      .tenant('tnt-a')
      .rows('SELECT 1 / 0')
      .catch(() => undefined);
    await store
      .tenant('tnt-a')
      .rows('SELECT pg_sleep(5)')
      .catch(() => undefined);
    for (const [row] of await both()) {
      // Never set on this connection, or reset to an empty string, which must mean no tenant.
      expect([null, '']).toContain((row as { tenant: string | null }).tenant);
      expect(row).toMatchObject({ current: null });
    }
    expect(await store.platform().rows(SELECT)).toEqual([]);
  });

  it('keeps concurrent tenants apart on two connections', async () => {
    const tenants = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'tnt-a' : 'tnt-b'));
    const seen = await Promise.all(tenants.map((tenant) => store.tenant(tenant).rows<{ tenant_id: string }>(SELECT)));
    expect(seen.map((rows) => rows.map(({ tenant_id }) => tenant_id))).toEqual(tenants.map((tenant) => [tenant]));
  });

  it('cannot see or write any tenant’s rows if it is run for the platform instead', async () => {
    expect(await store.platformTransaction((tx) => tx.rows(SELECT))).toEqual([]);
    await expect(store.platformTransaction((tx) => tx.rows(INSERT, ['tnt-a', 'x']))).rejects.toMatchObject({
      code: '42501',
    });
    expect(await store.tenant('').rows(SELECT)).toEqual([]);
  });

  it('applies row security to the owner role too', async () => {
    expect(await queryAs(database.ownerUrl, SELECT)).toEqual([]);
  });

  it('treats the tenant id as data, whatever characters it contains', async () => {
    const evil = `x', true); RESET ROLE; --`;
    expect(await store.tenant(evil).rows('SELECT kernel.current_tenant() AS tenant')).toEqual([{ tenant: evil }]);
  });
});

describe('a query before the tenant is known', () => {
  it('returns only the tenant id', async () => {
    await store.tenant('tnt-a')
      .run(`INSERT INTO apps.apps (client_id, tenant_id, name, app_type, declared_scopes, default_scopes, grant_types,
         token_endpoint_auth_method, redirect_uris, post_logout_redirect_uris, first_party, access_token_ttl_seconds)
       VALUES ('app-x', 'tnt-a', 'X', 'service', '{}', '{}', '{}', 'client_secret_basic', '{}', '{}', false, 60)`);
    expect(await store.platform().rows(`SELECT apps.tenant_of_client('app-x') AS answer`)).toEqual([
      { answer: 'tnt-a' },
    ]);
    expect(await store.platform().rows(`SELECT apps.tenant_of_client('app-y') AS answer`)).toEqual([{ answer: null }]);
    expect(await store.platform().rows(`SELECT * FROM apps.apps`)).toEqual([]);
  });
});
