import { z } from 'zod';
import { AppError } from '../errors/app-error';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** `limit` and `cursor` of every list (rest.md §1). Extend it with a resource's own filters; others are refused. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .meta({ description: 'Most items in the answer.' }),
  cursor: z.string().max(512).optional().meta({ description: '`nextCursor` of the answer before.' }),
});

export type PageQuery = z.infer<typeof pageQuery>;

/** One page of a list; `nextCursor` is `null` on the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The schema of a page, for validation in clients and for OpenAPI. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** An opaque cursor for "after this key". It names no tenant: the query it goes into is bound to the caller's. */
export function encodeCursor(after: string): string {
  return Buffer.from(JSON.stringify({ v: 1, after })).toString('base64url');
}

/** The key in a cursor of ours, `null` without one; `invalid_request` for anything else. */
export function decodeCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const parsed = z
      .strictObject({
        v: z.literal(1),
        after: z
          .string()
          .min(1)
          .max(256)
          .regex(/^[^\0]*$/),
      })
      .parse(value);
    return parsed.after;
  } catch {
    throw invalidCursor();
  }
}

/** The error for a cursor that is none of this list's. */
export function invalidCursor(): AppError {
  return new AppError('invalid_request', 'The cursor is not one that this list gave out.', {
    fields: [{ pointer: '/cursor', code: 'invalid_cursor', message: 'Use nextCursor of the answer before.' }],
  });
}

/** Cuts the one row too many that tells whether there is a next page. */
export function toPage<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
