import { z } from 'zod';
import { AppError } from '../errors/app-error';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** `limit` and `cursor` of every list (rest.md §1). Extend it with a resource's own filters. Other parameters are rejected. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .meta({ description: 'Maximum number of items in the response.' }),
  cursor: z.string().max(512).optional().meta({ description: '`nextCursor` from the previous response.' }),
});

export type PageQuery = z.infer<typeof pageQuery>;

/** One page of a list; `nextCursor` is `null` on the last page. */
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

/** Returns the error for a cursor that does not belong to this list. */
export function invalidCursor(): AppError {
  return new AppError('invalid_request', 'The cursor is not from this list.', {
    fields: [{ pointer: '/cursor', code: 'invalid_cursor', message: 'Use nextCursor from the previous response.' }],
  });
}
