import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { type TenantTable, tenantColumnOf } from '../../../kernel/tenant-data/tenant-data';

/** The condition that selects our tables in the catalog, as the application's role sees it. */
const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;
/** A table that contains tenant rows. Partitions use their parent's row security policy, and are never accessed directly. */
const OF_TENANTS = `c.relkind IN ('r', 'p') AND ${OURS} AND (n.nspname || '.' || c.relname = 'tenants.tenants' OR EXISTS (
  SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))`;

/** The two accepted forms of a policy, as PostgreSQL prints them. */
const POLICIES = (column: string): readonly string[] => [
  `(${column} = kernel.current_tenant())`,
  `(NOT (${column} IS DISTINCT FROM kernel.current_tenant()))`,
];

export interface RoleFacts {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly creates: boolean;
  readonly memberships: readonly string[];
  readonly owned: number;
}

/** Reads the state of tenant isolation from the database itself, and tests whether rows leak. */
@Injectable()
export class TenantIsolationRepository {
  constructor(private readonly database: Database) {}

  /** Returns the tables that contain tenant rows and whose row security is not enabled, or does not bind the table owner. */
  async unwalledTables(): Promise<readonly { table: string; enabled: boolean; forced: boolean }[]> {
    return this.database.platform().rows(`
      SELECT n.nspname || '.' || c.relname AS "table", c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OF_TENANTS} AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1`);
  }

  /** Returns every table that contains tenant rows. */
  async tablesOfTenants(): Promise<readonly string[]> {
    const rows = await this.database.platform().rows<{ table: string }>(`
      SELECT n.nspname || '.' || c.relname AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OF_TENANTS} AND NOT c.relispartition ORDER BY 1`);
    return rows.map(({ table }) => table);
  }

  /** Returns policies for this role that allow access to rows of other tenants. */
  async openPolicies(): Promise<readonly { table: string; policy: string }[]> {
    const rows = await this.database.platform().rows<{
      table: string;
      policy: string;
      qual: string | null;
      check: string | null;
    }>(`
      SELECT schemaname || '.' || tablename AS "table", policyname AS policy, qual, with_check AS check
      FROM pg_policies WHERE permissive = 'PERMISSIVE' AND (roles && ARRAY['public', current_user]::name[]) ORDER BY 1, 2`);
    return rows.filter(({ table, qual, check }) => {
      const walls = POLICIES(table === 'tenants.tenants' ? 'id' : 'tenant_id');
      return ![qual ?? check, check ?? qual].every((expression) => expression !== null && walls.includes(expression));
    });
  }

  /** Returns the role of this process in the database. */
  async role(): Promise<RoleFacts | null> {
    const row = await this.database.platform().maybeOne<RoleFacts>(`
      SELECT rolname AS name, rolsuper AS superuser, rolbypassrls AS bypasses,
        rolcreaterole OR rolcreatedb OR rolreplication AS creates,
        coalesce((SELECT array_agg(pg_get_userbyid(roleid)::text) FROM pg_auth_members WHERE member = r.oid), '{}')
          AS memberships,
        (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) + (SELECT count(*)::int FROM pg_namespace
          WHERE nspowner = r.oid) + (SELECT count(*)::int FROM pg_proc WHERE proowner = r.oid) AS owned
      FROM pg_roles r WHERE rolname = current_user`);
    return row ?? null;
  }

  /** Returns privileges that bypass row security or give access to a table without it, and tables that everyone can access. */
  async looseGrants(): Promise<readonly { subject: string; privilege: string }[]> {
    return this.database.platform().rows(`
      SELECT n.nspname || '.' || c.relname AS subject, p.privilege
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES']) AS p (privilege)
      WHERE ${OF_TENANTS} AND has_table_privilege(c.oid, p.privilege)
      UNION ALL
      SELECT n.nspname || '.' || c.relname, 'to PUBLIC: ' || x.privilege_type
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN aclexplode(c.relacl) AS x
      WHERE ${OF_TENANTS} AND x.grantee = 0
      UNION ALL
      SELECT n.nspname, 'CREATE' FROM pg_namespace n
      WHERE ${OURS} AND has_schema_privilege(n.oid, 'CREATE')
      UNION ALL
      SELECT p.oid::regprocedure::text, 'SECURITY DEFINER, open to PUBLIC or without a fixed search_path'
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prosecdef AND ${OURS} AND (has_function_privilege('public', p.oid, 'EXECUTE')
        OR NOT 'search_path=""' = ANY (coalesce(p.proconfig, '{}')))
      ORDER BY 1, 2`);
  }

  /**
   * Returns the unique keys that do not begin with the tenant, in tables that contain tenant rows. A duplicate in such a key reveals
   * another tenant's row.
   */
  async tellingKeys(): Promise<readonly { table: string; key: string }[]> {
    return this.database.platform().rows(`
      SELECT n.nspname || '.' || c.relname AS "table", n.nspname || '.' || i.relname AS key
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${OF_TENANTS} AND NOT c.relispartition AND x.indisunique AND pg_get_indexdef(x.indexrelid, 1, true)
        <> CASE WHEN n.nspname || '.' || c.relname = 'tenants.tenants' THEN 'id' ELSE 'tenant_id' END
      ORDER BY 1, 2`);
  }

  /** Returns the tables that this role can read. */
  async readable(tables: readonly TenantTable[]): Promise<readonly TenantTable[]> {
    const rows = await this.database.platform().rows<{ table: string }>(
      `SELECT name AS "table" FROM unnest($1::text[]) AS name
       WHERE to_regclass(name) IS NOT NULL AND has_table_privilege(name, 'SELECT')`,
      [tables.map(({ table }) => table)],
    );
    const names = new Set(rows.map(({ table }) => table));
    return tables.filter(({ table }) => names.has(table));
  }

  /** Returns the tables in which `asTenant` (`null` for no tenant) sees a row of the tenant. */
  async seen(tables: readonly TenantTable[], tenantId: string, asTenant: string | null): Promise<readonly string[]> {
    const each = tables.map(
      (table) =>
        `SELECT '${table.table}' AS "table" WHERE EXISTS (SELECT 1 FROM ${table.table} WHERE ${tenantColumnOf(table)} = $1)`,
    );
    const sql = each.join(' UNION ALL ');
    const store = asTenant === null ? this.database.platform() : this.database.tenant(asTenant);
    const rows = await store.rows<{ table: string }>(sql, [tenantId]);
    return rows.map(({ table }) => table);
  }
}
