import { z } from 'zod';
import { invalidCursor } from './page';
import { listOrigin } from './list-cursors';
import type { CountedPage, ListQuery } from './list-query';
import type { Database } from '../database/database';

/** Adds a value to the parameters of a statement. @returns its placeholder, such as `$3`. */
export type Bind = (value: unknown) => string;

/** The SQL for a list's allow-list. It contains only our own SQL; callers' values are bound as parameters. */
export interface KeysetPlan<Query extends ListQuery> {
  /** Name of the list. Its cursors are bound to it. */
  readonly list: string;
  /** The columns, without `SELECT`. */
  readonly select: string;
  /** The table with its alias, without `FROM`. */
  readonly from: string;
  /** The column with the tenant id. */
  readonly tenant: string;
  /** The column that breaks ties; unique within the tenant. */
  readonly id: string;
  /**
   * Maps the name of each sort to its column, which is never NULL, and the column's type. With an index on tenant, column and id, any page
   * is a range of the index.
   */
  readonly sorts: Readonly<Record<string, { readonly column: string; readonly type: string }>>;
  /** The condition for each filter of the query; an absent filter is skipped. */
  readonly filters: {
    readonly [Name in Exclude<keyof Query, keyof ListQuery>]-?: (value: NonNullable<Query[Name]>, bind: Bind) => string;
  };
}

const cursorSchema = z.strictObject({
  v: z.literal(2),
  /** Fingerprint of the list, the tenant, the sort and the filters. */
  of: z.string().length(22),
  key: z.string().regex(/^[^\0]*$/),
  id: z
    .string()
    .min(1)
    .max(256)
    .regex(/^[^\0]*$/),
});

type Cursor = z.infer<typeof cursorSchema>;

interface Keys {
  readonly sort_key: string;
  readonly sort_id: string;
}

/**
 * A list with keyset pagination. A page continues after the sort key and the id of the last row before it, so concurrent writes neither
 * skip nor repeat rows (a row whose own sort key changes moves with it). A cursor is valid only for the list, tenant, sort and filters from
 * which it came.
 */
export class KeysetList<Query extends ListQuery, Row extends object> {
  constructor(private readonly plan: KeysetPlan<Query>) {}

  /** Returns a page. Errors: `invalid_request` for a cursor from a different list, sort or filter. */
  async page<Item>(
    database: Database,
    tenantId: string,
    query: Query,
    toItem: (row: Row) => Item,
  ): Promise<CountedPage<Item>> {
    const { text, values } = this.statement(tenantId, query);
    const found = await database.tenant(tenantId).rows<Row & Keys>(text, values);
    const rows = found.slice(0, query.limit);
    const last = rows.at(-1);
    const page = {
      items: rows.map(toItem),
      nextCursor: found.length > query.limit && last !== undefined ? this.cursorAfter(tenantId, query, last) : null,
    };
    return query.include === 'total' ? { ...page, total: await this.total(database, tenantId, query) } : page;
  }

  /** Returns the statement for a page. The statement reads one row beyond the limit, which shows whether there is a next page. */
  statement(tenantId: string, query: Query): { readonly text: string; readonly values: readonly unknown[] } {
    const values: unknown[] = [];
    const bind: Bind = (value) => `$${values.push(value)}`;
    const { id, select, from } = this.plan;
    const { column, type, isDescending } = this.sortOf(query);
    const conditions = this.conditions(tenantId, query, bind);
    const after = this.cursorOf(tenantId, query);
    if (after !== null) {
      const beyond = isDescending ? '<' : '>';
      conditions.push(`(${column}, ${id}) ${beyond} (${bind(after.key)}::${type}, ${bind(after.id)})`);
    }
    const direction = isDescending ? 'DESC' : 'ASC';
    const text = `SELECT ${select}, (${column})::text AS sort_key, ${id} AS sort_id FROM ${from}
      WHERE ${conditions.join(' AND ')} ORDER BY ${column} ${direction}, ${id} ${direction} LIMIT ${bind(query.limit + 1)}`;
    return { text, values };
  }

  private async total(database: Database, tenantId: string, query: Query): Promise<number> {
    const values: unknown[] = [];
    const conditions = this.conditions(tenantId, query, (value) => `$${values.push(value)}`);
    const text = `SELECT count(*)::int AS total FROM ${this.plan.from} WHERE ${conditions.join(' AND ')}`;
    const row = await database.tenant(tenantId).maybeOne<{ total: number }>(text, values);
    return row?.total ?? 0;
  }

  private conditions(tenantId: string, query: Query, bind: Bind): string[] {
    const filters = Object.entries(this.plan.filters) as [keyof Query, (value: unknown, bind: Bind) => string][];
    const asked = filters.filter(([name]) => query[name] !== undefined);
    return [`${this.plan.tenant} = ${bind(tenantId)}`, ...asked.map(([name, make]) => make(query[name], bind))];
  }

  private sortOf({ sort }: Query): { readonly column: string; readonly type: string; readonly isDescending: boolean } {
    const isDescending = sort.startsWith('-');
    const name = isDescending ? sort.slice(1) : sort;
    const known = Object.hasOwn(this.plan.sorts, name) ? this.plan.sorts[name] : undefined;
    if (known === undefined) throw new Error(`The list "${this.plan.list}" has no column for the sort "${name}".`);
    return { ...known, isDescending };
  }

  private cursorAfter(tenantId: string, query: Query, { sort_key: key, sort_id: id }: Keys): string {
    const cursor: Cursor = { v: 2, of: this.origin(tenantId, query), key, id };
    return Buffer.from(JSON.stringify(cursor)).toString('base64url');
  }

  private cursorOf(tenantId: string, query: Query): Cursor | null {
    if (query.cursor === undefined) return null;
    let cursor: Cursor;
    try {
      cursor = cursorSchema.parse(JSON.parse(Buffer.from(query.cursor, 'base64url').toString('utf8')));
    } catch {
      throw invalidCursor();
    }
    if (cursor.of !== this.origin(tenantId, query)) throw invalidCursor();
    return cursor;
  }

  private origin(tenantId: string, query: Query): string {
    const { limit: _limit, cursor: _cursor, include: _include, ...asked } = query;
    return listOrigin(this.plan.list, tenantId, asked);
  }
}
