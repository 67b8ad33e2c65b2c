import type { Change } from '../changes/change';

/** A row in the format of PostgreSQL's `to_jsonb`: members by column name, `bytea` as `\x…`, and times in ISO 8601 format. */
export type TenantRow = Readonly<Record<string, unknown>>;

/**
 * How a table's rows are exported with their tenant:
 * - `rows`: as is;
 * - `sealed`: only in an archive with a passphrase, because they are useless without the tenant's data keys, or are credentials;
 * - `leftOut`: never, with the reason, which the archive repeats.
 */
export type Exported = 'rows' | 'sealed' | { readonly leftOut: string };

/**
 * How rows are erased when their tenant is deleted. `rows`: together with the tenant. `agesOut`: kept until the time in the `until` column,
 * with the reason, which the certificate repeats.
 */
export type Erased = 'rows' | { readonly agesOut: string; readonly until: string };

/** The data of a tenant in one table: the source for export, import and deletion of a tenant. */
export interface TenantTable {
  /** Qualified name, such as `projects.projects`. */
  readonly table: `${string}.${string}`;
  /** Columns that identify a row within a tenant, in the order of a unique index after its tenant column; empty for one row per tenant. */
  readonly key: readonly string[];
  readonly exported: Exported;
  readonly erased: Erased;
  /** Retention of rows while the tenant exists, in one sentence. */
  readonly kept: string;
  /**
   * A column (`bytea`) sealed with `MASTER_KEY` itself, for the owner that `owner` returns for a row. It is exported under the archive's
   * passphrase, and left empty in an archive without a passphrase.
   */
  readonly sealedByMaster?: { readonly column: string; readonly owner: (row: TenantRow) => string };
  /** Columns with credentials, such as the hash of a password: empty in an archive without a passphrase. */
  readonly credentials?: readonly string[];
  /** The step to take after an import if an archive without a passphrase omitted `sealed` rows or `credentials`. */
  readonly reset?: string;
  /**
   * Removes from an imported row the members that an archive is not allowed to set. Returns the same object if there is no such member, or
   * `null` to drop the row.
   */
  readonly admitted?: (row: TenantRow) => TenantRow | null;
  /**
   * A query that returns, as `sound`, whether the rows of tenant $1 are consistent, which no archive guarantees. It runs once all rows are
   * imported, even if the archive does not contain any rows of this table. Use it for inconsistencies that would otherwise affect other
   * tenants.
   */
  readonly sound?: string;
  /**
   * A query that returns a row with the reason, as `held`, while tenant $1 must not be deleted at all: neither now nor at the end of its
   * grace period.
   */
  readonly holds?: string;
  /** Returns the change to publish for an imported row, so that processes that may have cached an earlier row are notified. */
  readonly announced?: (row: TenantRow, tenantId: string) => Change;
}

/**
 * The tenant data of a module: its tables in import order, foreign key targets first. The tables are erased in reverse order. Each module
 * declares its tenant data in `storage/<module>.tenant-data.ts`, and its manifest names that declaration. A test fails for a tenant table
 * without a declaration.
 */
export interface TenantData {
  /** The schema of the module's tables. */
  readonly module: string;
  readonly tables: readonly TenantTable[];
}

/**
 * The data of all modules of the product, including modules that other processes host, because a tenant has rows in the tables of all
 * modules.
 */
export class RegisteredTenantData {
  /** Every table, in import order. */
  readonly tables: readonly TenantTable[];

  constructor(modules: readonly TenantData[]) {
    this.tables = modules.flatMap(({ tables }) => tables);
  }
}

/** Returns the name of the column with the tenant id. */
export function tenantColumnOf({ table }: TenantTable): string {
  return table === 'tenants.tenants' ? 'id' : 'tenant_id';
}

/** Returns a required string from a row. Throws for a row with a different shape. */
export function textOf(row: TenantRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`The column "${column}" does not contain a string.`);
  return value;
}
