import type { Change } from '../changes/change';

/** A row as PostgreSQL's `to_jsonb` writes it: by the names of its columns, `bytea` as `\x…`, times as ISO 8601. */
export type TenantRow = Readonly<Record<string, unknown>>;

/**
 * Whether and how the rows of a table leave with their tenant:
 * - `rows`: as they are;
 * - `sealed`: of no use without the tenant's data keys, or what opens something, so only in an archive with a passphrase;
 * - `leftOut`: never, with the reason, which the archive repeats.
 */
export type Exported = 'rows' | 'sealed' | { readonly leftOut: string };

/**
 * What becomes of the rows when their tenant is deleted: `rows` are erased with it; what `agesOut` stays until the moment
 * in the column `until`, with the reason, which the certificate repeats.
 */
export type Erased = 'rows' | { readonly agesOut: string; readonly until: string };

/** What becomes of a tenant's rows in one table: what export, import and deletion of a tenant go by. */
export interface TenantTable {
  /** With its schema, such as `projects.projects`. */
  readonly table: `${string}.${string}`;
  /** What tells rows of one tenant apart, in the order of a unique index after its tenant column; empty for one row each. */
  readonly key: readonly string[];
  readonly exported: Exported;
  readonly erased: Erased;
  /** How long rows are kept while the tenant lives, in one sentence. */
  readonly kept: string;
  /**
   * A column (`bytea`) that `MASTER_KEY` itself has sealed, for the owner that this makes of a row. It travels under the
   * archive's passphrase, and is left empty without one.
   */
  readonly sealedByMaster?: { readonly column: string; readonly owner: (row: TenantRow) => string };
  /** Columns that hold what opens something, such as the hash of a password: empty in an archive without a passphrase. */
  readonly credentials?: readonly string[];
  /** What is to be done after an import where an archive without a passphrase has left `sealed` rows or `credentials` out. */
  readonly reset?: string;
  /** Takes out of a row that comes in what no archive may bring: the same object when there is nothing, `null` for all. */
  readonly admitted?: (row: TenantRow) => TenantRow | null;
  /**
   * A query that says, as `sound`, whether the rows of the tenant $1 fit each other as those of no archive have to; made once
   * all are in, and also when an archive has none of this table. For what would hinder other tenants otherwise.
   */
  readonly sound?: string;
  /**
   * A query that gives a row with the reason, as `held`, while the tenant $1 must not be deleted at all: not now, and not when
   * its grace is over.
   */
  readonly holds?: string;
  /** What processes that may remember an earlier row are told of one that came in. */
  readonly announced?: (row: TenantRow, tenantId: string) => Change;
}

/**
 * What a module keeps of a tenant, its tables in the order in which rows can come in: what a foreign key points to first.
 * They are erased in the opposite order. Each module declares its own in `storage/<module>.tenant-data.ts`; its
 * manifest names it. A tenant's table that is in none fails a test.
 */
export interface TenantData {
  /** The schema of its tables. */
  readonly module: string;
  readonly tables: readonly TenantTable[];
}

/** The data of all modules of the product, also of those that other processes host: a tenant is in all of their tables. */
export class RegisteredTenantData {
  /** Every table, in the order in which rows can come in. */
  readonly tables: readonly TenantTable[];

  constructor(modules: readonly TenantData[]) {
    this.tables = modules.flatMap(({ tables }) => tables);
  }
}

/** Column of a tenant's table that has its id. */
export function tenantColumnOf({ table }: TenantTable): string {
  return table === 'tenants.tenants' ? 'id' : 'tenant_id';
}

/** A text that a row has to have. Throws for a row of another shape. */
export function textOf(row: TenantRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`The column "${column}" has no text.`);
  return value;
}
