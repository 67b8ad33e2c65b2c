import { z } from 'zod';
import { type Page, pageOf, pageQuery } from './page';

/** Maximum length of a cursor, which contains a sort key. */
const MAX_CURSOR_CHARS = 2048;

/** The fields that a list can be sorted and filtered by: the allow-list for its query. */
export interface ListShape<Sort extends string, Filters extends z.ZodRawShape> {
  /** Names of sorts; the first name is the default. `-name` reverses the order. The id breaks ties. */
  readonly sorts: readonly [Sort, ...Sort[]];
  /** Each filter is optional or has a default. */
  readonly filters: Filters;
}

type Orders<Sort extends string> = z.ZodEnum<{ [Name in Sort | `-${Sort}`]: Name }>;

/** The schema of a {@link ListQuery} with the filters of a resource. */
type ListQuerySchema<Sort extends string, Filters extends z.ZodRawShape> = z.ZodObject<
  {
    limit: typeof pageQuery.shape.limit;
    cursor: typeof pageQuery.shape.cursor;
    sort: z.ZodDefault<Orders<Sort>>;
    include: z.ZodOptional<z.ZodLiteral<'total'>>;
  } & Filters,
  z.core.$strict
>;

/**
 * Returns the schema of a list's query (rest.md §1): `limit`, `cursor`, `sort`, `include=total` and the resource's own filters. It rejects
 * any other parameter, with the parameter's pointer in the error. `KeysetList` creates the SQL.
 */
export function listQuery<Sort extends string, Filters extends z.ZodRawShape>(
  shape: ListShape<Sort, Filters>,
): ListQuerySchema<Sort, Filters> {
  const [first] = shape.sorts;
  const orders = shape.sorts.flatMap((sort) => [sort, `-${sort}`]);
  const words = { description: 'The sort key of the list. A leading "-" reverses the order.' };
  const schema = z.strictObject({
    ...pageQuery.shape,
    cursor: z
      .string()
      .max(MAX_CURSOR_CHARS)
      .optional()
      .meta({ description: '`nextCursor` from the previous response.' }),
    sort: z.enum(orders).default(first).meta(words),
    include: z.literal('total').optional().meta({ description: '`total`: count all items that match the filters.' }),
    ...shape.filters,
  });
  // The schema has exactly these members, but zod's types cannot express a spread of a type parameter.
  return schema as unknown as ListQuerySchema<Sort, Filters>;
}

/** The query of every list, without its filters. */
export interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
  readonly include?: 'total' | undefined;
}

/** A page that includes, on request, the total number of items. */
export interface CountedPage<T> extends Page<T> {
  readonly total?: number;
}

/** The schema of a {@link CountedPage}. */
export function countedPageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString>; total: z.ZodOptional<z.ZodNumber> }> {
  return pageOf(item).extend({
    total: z.number().int().optional().meta({ description: 'Only with `include=total`.' }),
  });
}
