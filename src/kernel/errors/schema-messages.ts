import type { z } from 'zod';

type SchemaIssue = Parameters<NonNullable<z.core.$ZodConfig['customError']>>[0];

const TYPES: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'an integer',
  never: 'absent',
  null: 'null',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
  tuple: 'an array',
};

const FORMATS: Readonly<Record<string, string>> = {
  base64: 'Base64 (RFC 4648 §4)',
  base64url: 'Base64url (RFC 4648 §5)',
  date: 'a date such as 2026-01-31',
  datetime: 'a date and time such as 2026-01-31T09:30:00Z',
  email: 'an email address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  safeint: 'an integer up to 2^53 − 1',
  url: 'a URL',
  uuid: 'a UUID',
};

/** Nouns for the parts of a value whose number a schema can limit. */
const PARTS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  array: ['item', 'items'],
  map: ['member', 'members'],
  object: ['member', 'members'],
  set: ['item', 'items'],
  string: ['character', 'characters'],
};

/**
 * Returns the message for a fault that a schema found, as a predicate that follows the name of the member: "must be a string". Used
 * wherever the schema itself does not have a message, so that callers never see the library's messages.
 */
export function schemaMessage(issue: SchemaIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${choice(issue.values)}`;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be ${choice(issue.options)}` : 'matches none of the allowed forms';
    case 'too_small':
      return isEmpty(issue) ? 'must not be empty' : `must ${bound(issue, issue.minimum, ['at least', 'more than'])}`;
    case 'too_big':
      return `must ${bound(issue, issue.maximum, ['at most', 'less than'])}`;
    case 'invalid_format':
      return formatMessage(issue);
    case 'not_multiple_of':
      return issue.divisor === 1 ? 'must be an integer' : `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `must not have ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_key':
      return `has a name that is not allowed: it ${issue.issues[0]?.message ?? 'is not valid'}`;
    case 'invalid_element':
      return `has an item that is not allowed: it ${issue.issues[0]?.message ?? 'is not valid'}`;
    case 'custom':
      return 'is not valid';
  }
}

const choice = (values: readonly unknown[]): string => {
  const written = values.map((value) => (typeof value === 'string' ? JSON.stringify(value) : String(value)));
  return written.length === 1 ? String(written[0]) : `one of: ${written.join(', ')}`;
};

type Bound = Extract<SchemaIssue, { readonly code: 'too_small' | 'too_big' }>;

const isEmpty = (issue: Bound & { readonly minimum?: number | bigint }): boolean =>
  issue.origin in PARTS && issue.minimum === 1 && issue.exact !== true;

function bound(
  { origin, inclusive, exact }: Bound,
  limit: number | bigint,
  [upTo, beyond]: readonly [string, string],
): string {
  const parts = PARTS[origin];
  const how = exact === true ? 'exactly' : inclusive === false ? beyond : upTo;
  return parts === undefined ? `be ${how} ${limit}` : `have ${how} ${limit} ${limit === 1 ? parts[0] : parts[1]}`;
}

function formatMessage(issue: Extract<SchemaIssue, { readonly code: 'invalid_format' }>): string {
  const { format, pattern, prefix, suffix, includes } = issue as typeof issue &
    Readonly<Record<string, string | undefined>>;
  if (prefix !== undefined) return `must start with ${JSON.stringify(prefix)}`;
  if (suffix !== undefined) return `must end with ${JSON.stringify(suffix)}`;
  if (includes !== undefined) return `must contain ${JSON.stringify(includes)}`;
  const name = FORMATS[format];
  if (name !== undefined) return `must be ${name}`;
  return pattern === undefined ? 'has the wrong format' : `must match ${pattern}`;
}
