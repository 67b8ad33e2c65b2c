import { z } from 'zod';
import type { Database } from '../../../../kernel/database/database';
import type { PreparedStatement } from '../../../../kernel/database/sql';
import { AppError } from '../../../../kernel/errors/app-error';
import { invalidCursor } from '../../../../kernel/lists/page';
import type { Bind } from '../../../../kernel/lists/keyset-list';
import { listOrigin } from '../../../../kernel/lists/list-cursors';
import { DIRECTORY_CURSOR_SECONDS, type DirectoryPage, type DirectoryQuery } from '../../contract/directory.types';
import type { FilterSql } from './filter-sql';

/** The SQL for a list of users or groups. No part of it comes from a caller. */
export interface DirectoryListPlan {
  readonly list: string;
  readonly select: (query: DirectoryQuery) => string;
  /** The table with its alias. */
  readonly from: string;
  readonly alias: string;
  readonly filterSql: (bind: Bind) => FilterSql;
}

const cursorSchema = z.strictObject({
  v: z.literal(1),
  of: z.string().length(22),
  /** Issue time in Unix seconds. */
  at: z.number().int().nonnegative(),
  key: z.string().regex(/^[^\0]*$/),
  id: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^\0]*$/),
});

type Cursor = z.infer<typeof cursorSchema>;

interface Keys {
  readonly sort_key: string;
  readonly sort_id: string;
}

interface Ask {
  readonly tenantId: string;
  readonly query: DirectoryQuery;
  readonly nowMs: number;
}

/**
 * A list that is paged by index or by cursor, ordered by the sort key and by id. A page requested by cursor begins after the key and id of
 * the last entry of the previous page, so that concurrent writes cannot cause skipped or repeated entries.
 */
export class DirectoryList<Row extends object> {
  constructor(private readonly plan: DirectoryListPlan) {}

  /** Returns a page. Errors: `invalid_request` for a cursor from a different list, filter or sort; `gone` for a cursor that is too old. */
  async page<Item>(database: Database, ask: Ask, toItem: (row: Row) => Item): Promise<DirectoryPage<Item>> {
    const { limit } = ask.query.part;
    const found = limit === 0 ? [] : await this.rows(database, ask);
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const isFurther = ask.query.part.by === 'cursor' && found.length > limit && last !== undefined;
    return {
      items: rows.map(toItem),
      total: wholeOf(ask.query, found.length) ?? (await this.total(database, ask)),
      nextCursor: isFurther ? this.cursorAfter(ask, last) : null,
    };
  }

  private rows(database: Database, ask: Ask): Promise<(Row & Keys)[]> {
    const { plan } = this;
    const { part, sort } = ask.query;
    const values: unknown[] = [];
    const bind: Bind = (value) => `$${values.push(value)}`;
    const id = `${plan.alias}.id`;
    const sql = plan.filterSql(bind);
    const conditions = this.conditions(ask, sql, bind);
    const order = sort === null ? { sql: id, type: 'text' } : sql.order(sort.path);
    const isDescending = sort?.isDescending === true;
    const after = part.by === 'cursor' ? this.cursorOf(ask) : null;
    if (after !== null) {
      const beyond = isDescending ? '<' : '>';
      conditions.push(`(${order.sql}, ${id}) ${beyond} (${bind(after.key)}::${order.type}, ${bind(after.id)})`);
    }
    const direction = isDescending ? 'DESC' : 'ASC';
    const extent =
      part.by === 'index' ? `LIMIT ${bind(part.limit)} OFFSET ${bind(part.offset)}` : `LIMIT ${bind(part.limit + 1)}`;
    // The other columns are read only for the rows of the page.
    const text = `WITH page AS MATERIALIZED (
        SELECT ${plan.alias}.tenant_id, ${id}, (${order.sql})::text AS sort_key, row_number() OVER () AS place FROM (
          SELECT ${plan.alias}.* FROM ${plan.from} WHERE ${conditions.join(' AND ')}
          ORDER BY ${order.sql} ${direction}, ${id} ${direction} ${extent}) AS ${plan.alias})
      SELECT ${plan.select(ask.query)}, page.sort_key, page.id AS sort_id
      FROM page JOIN ${plan.from} ON ${plan.alias}.tenant_id = page.tenant_id AND ${id} = page.id ORDER BY page.place`;
    return database.tenant(ask.tenantId).rows<Row & Keys>(prepared(text), values);
  }

  private async total(database: Database, ask: Ask): Promise<number> {
    const values: unknown[] = [];
    const bind: Bind = (value) => `$${values.push(value)}`;
    const conditions = this.conditions(ask, this.plan.filterSql(bind), bind);
    const row = await database
      .tenant(ask.tenantId)
      .maybeOne<{ total: number }>(
        prepared(`SELECT count(*)::int AS total FROM ${this.plan.from} WHERE ${conditions.join(' AND ')}`),
        values,
      );
    return row?.total ?? 0;
  }

  private conditions({ tenantId, query }: Ask, sql: FilterSql, bind: Bind): string[] {
    const mine = `${this.plan.alias}.tenant_id = ${bind(tenantId)}`;
    return query.filter === null ? [mine] : [mine, sql.condition(query.filter)];
  }

  private originOf({ tenantId, query: { filter, sort } }: Ask): string {
    return listOrigin(this.plan.list, tenantId, [filter, sort]);
  }

  private cursorAfter(ask: Ask, { sort_key: key, sort_id: id }: Keys): string {
    const cursor: Cursor = { v: 1, of: this.originOf(ask), at: Math.floor(ask.nowMs / 1000), key, id };
    return Buffer.from(JSON.stringify(cursor)).toString('base64url');
  }

  private cursorOf(ask: Ask): Cursor | null {
    const { part } = ask.query;
    if (part.by !== 'cursor' || part.cursor === null) return null;
    const parsed = cursorSchema.safeParse(jsonOf(part.cursor));
    if (!parsed.success || parsed.data.of !== this.originOf(ask)) throw invalidCursor();
    if (parsed.data.at + DIRECTORY_CURSOR_SECONDS < Math.floor(ask.nowMs / 1000)) {
      throw new AppError('gone', 'The cursor is too old. Start again from the first page.');
    }
    return parsed.data;
  }
}

/** Returns the size of the entire list if it can be derived from the page; `null` if it must be counted. */
function wholeOf({ part }: DirectoryQuery, found: number): number | null {
  const before = part.by === 'index' ? part.offset : 0;
  const isFirst = part.by === 'index' ? part.offset === 0 || found > 0 : part.cursor === null;
  return isFirst && found < part.limit ? before + found : null;
}

/** Maximum number of query shapes for which each connection keeps a prepared statement. An identity provider uses few shapes. */
const MAX_PREPARED = 64;
const shapes = new Map<string, PreparedStatement>();

function prepared(text: string): PreparedStatement | string {
  const known = shapes.get(text);
  if (known !== undefined || shapes.size >= MAX_PREPARED) return known ?? text;
  const statement = { name: `directory-list-${shapes.size}`, text };
  shapes.set(text, statement);
  return statement;
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
