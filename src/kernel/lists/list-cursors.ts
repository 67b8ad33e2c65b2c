import { hash } from 'node:crypto';
import { z } from 'zod';
import { invalidCursor, type Page } from './page';
import { canonicalJson } from '../json/canonical-json';

/** The content of a cursor, which is bound to one list and points to the position after a key. */
const cursorSchema = z.strictObject({
  v: z.literal(2),
  of: z.string().length(22),
  after: z
    .string()
    .min(1)
    .max(2_048)
    .regex(/^[^\0]*$/),
});

/**
 * Returns the fingerprint of a list, to which its cursors are bound.
 * @param asked all values that determine the content and order of the list, except the tenant, `limit` and `cursor`; JSON.
 */
export function listOrigin(list: string, tenantId: string | null, asked: unknown): string {
  return hash('sha256', canonicalJson([list, tenantId, asked]), 'base64url').slice(0, 22);
}

/**
 * The cursors of one list. They are opaque. They are invalid for every other list, for a different tenant, and for the same list with
 * different filters or a different sort, where they would skip or repeat items. They are not secret and do not prove anything about the
 * caller: their content is only bound into a query for the caller's own tenant.
 */
export class ListCursors {
  private readonly of: string;

  /**
   * @param list name of the list, unique in the installation.
   * @param tenantId the owner; `null` for a list of the installation itself.
   * @param asked filters, sort and the ids in the path; see {@link listOrigin}.
   */
  constructor(list: string, tenantId: string | null, asked: unknown = null) {
    this.of = listOrigin(list, tenantId, asked);
  }

  /**
   * Returns the key in a cursor of this list, or `null` if there is no cursor. Errors: `invalid_request` for a cursor of a different list.
   */
  after(cursor: string | undefined): string | null {
    if (cursor === undefined) return null;
    const parsed = cursorSchema.safeParse(jsonOf(cursor));
    if (!parsed.success || parsed.data.of !== this.of) throw invalidCursor();
    return parsed.data.after;
  }

  /**
   * Like {@link after}, for a list whose keys are numbers from 0. @param maxDigits the number of digits that the key's column can store: 9
   * or 15.
   */
  afterNumber(cursor: string | undefined, maxDigits: 9 | 15 = 9): number | null {
    const after = this.after(cursor);
    if (after === null) return null;
    if (after.length > maxDigits || !/^\d+$/.test(after)) throw invalidCursor();
    return Number(after);
  }

  /** Returns the cursor for items after a key. */
  cursor(after: string): string {
    return Buffer.from(JSON.stringify({ v: 2, of: this.of, after })).toString('base64url');
  }

  /** Returns a page without the extra row that shows whether there is a next page. */
  page<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string | number): Page<T> {
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last !== undefined ? this.cursor(String(keyOf(last))) : null };
  }
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
