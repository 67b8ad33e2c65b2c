import { ScimError } from '../contract/scim-error';
import { isObject } from './schema/schema.types';

const SEARCH_URN = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The parameters of a list or a search (RFC 7644 §3.4.2, RFC 9865 §2). */
export interface ListRequest {
  readonly filter: string | null;
  readonly sortBy: string | null;
  readonly isDescending: boolean;
  /** Starts at 1. */
  readonly startIndex: number;
  readonly count: number;
  /** For paging by cursor, the previous page's cursor, or an empty string for the first page; `null` for paging by index. */
  readonly cursor: string | null;
  readonly attributes: readonly string[];
  readonly excludedAttributes: readonly string[];
}

export interface ListBounds {
  readonly maxResults: number;
  readonly defaultResults: number;
}

/** Reads a list request that is sent by GET. Errors: `invalidValue`; `invalidCount` if the request has a cursor. */
export function listOfQuery(query: URLSearchParams, bounds: ListBounds): ListRequest {
  return listOf(
    {
      filter: query.get('filter'),
      sortBy: query.get('sortBy'),
      sortOrder: query.get('sortOrder'),
      startIndex: query.get('startIndex'),
      count: query.get('count'),
      cursor: query.get('cursor'),
    },
    namesOf(query, 'attributes'),
    namesOf(query, 'excludedAttributes'),
    bounds,
  );
}

/** Reads a search that is sent by POST to `/.search` (RFC 7644 §3.4.3). Errors: `invalidSyntax`, and the errors of {@link listOfQuery}. */
export function listOfSearch(body: unknown, isLenient: boolean, bounds: ListBounds): ListRequest {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.');
  const schemas = body['schemas'];
  if (!isLenient && !(Array.isArray(schemas) && schemas.includes(SEARCH_URN))) {
    throw new ScimError('invalidSyntax', `"schemas" must name "${SEARCH_URN}".`);
  }
  const names = (name: string): readonly string[] => {
    const value = body[name];
    if (value === undefined || value === null) return [];
    if (typeof value === 'string') return split(value);
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    throw new ScimError('invalidSyntax', `"${name}" must be a list of names.`);
  };
  return listOf(body, names('attributes'), names('excludedAttributes'), bounds);
}

/** Returns the names in a query, separated by commas or in repeated parameters. */
export function namesOf(query: URLSearchParams, name: 'attributes' | 'excludedAttributes'): readonly string[] {
  return query.getAll(name).flatMap(split);
}

function listOf(
  sent: Readonly<Record<string, unknown>>,
  attributes: readonly string[],
  excludedAttributes: readonly string[],
  { maxResults, defaultResults }: ListBounds,
): ListRequest {
  const text = (name: string): string | null => {
    const value = sent[name];
    if (value === undefined || value === null || (value === '' && name !== 'cursor')) return null;
    if (typeof value === 'string') return value;
    throw new ScimError('invalidValue', `"${name}" must be a string.`);
  };
  const cursor = text('cursor');
  const order = text('sortOrder')?.toLowerCase() ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending') {
    throw new ScimError('invalidValue', '"sortOrder" must be "ascending" or "descending".');
  }
  const count = integer(sent['count'], 'count', cursor === null ? 'invalidValue' : 'invalidCount') ?? defaultResults;
  if (cursor !== null && count < 0) throw new ScimError('invalidCount', '"count" must be 0 or more.');
  return {
    filter: text('filter'),
    sortBy: text('sortBy'),
    isDescending: order === 'descending',
    // RFC 7644 §3.4.2.4: a start index below 1 is treated as 1, and a negative count as 0.
    startIndex: Math.max(1, integer(sent['startIndex'], 'startIndex', 'invalidValue') ?? 1),
    count: Math.min(Math.max(0, count), maxResults),
    cursor,
    attributes,
    excludedAttributes,
  };
}

function integer(value: unknown, name: string, fault: 'invalidValue' | 'invalidCount'): number | null {
  if (value === undefined || value === null || value === '') return null;
  const number = typeof value === 'string' && /^[+-]?\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return Math.min(number, 1_000_000_000);
  throw new ScimError(fault, `"${name}" must be a whole number.`);
}

function split(names: string): readonly string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
