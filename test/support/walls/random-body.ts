import fc from 'fast-check';
import type { Schema } from './operations';

/** A unique word for each request, so that requests do not conflict. */
const fresh = fc.stringMatching(/^wq[a-z]{8}$/);
const FRESH = /\bw[qr](?=[a-z]{8}\b)/gi;

/** Returns a string with different unique words. */
export const withOtherWords = (text: string): string =>
  text.replaceAll(FRESH, (start) => (start === 'WQ' ? 'WR' : 'wr'));
/** Returns a string without its unique words. */
export const withoutWords = (text: string): string => text.replaceAll(/\bw[qr][a-z]{8}\b/gi, '…');

/** Words. For each pattern in our schemas, at least one of them matches. */
const WORDS = [
  ...['alpha', 'ALPHA', 'thing.do', '2036-01-01', '2036-01-01T00:00:00Z', 'ada@example.com', '#00ff00', 'en'],
  ...['https://example.com/a', 'coresdk.project.purged', 'f'.repeat(64), 'app-alpha', 'tenant-words'],
];

/** The check for each string format, for schemas without a pattern. */
const OF_FORMAT: Readonly<Record<string, (text: string) => boolean>> = {
  uri: (text) => URL.canParse(text),
  email: (text) => /^\w+@\w+\.\w+$/.test(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text),
};

const LARGEST_LIMIT = 1_000_000_000;

/**
 * Returns values that a schema accepts. About half of the strings are taken from `names`, if any of these fit.
 * @param names arbitrary values for a member of this name
 */
export function bodyArbitrary(schema: Schema, names: (member: string) => fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return valueOf(schema, '', names);
}

function valueOf(
  schema: Schema,
  member: string,
  names: (member: string) => fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return fc.oneof(...parts.map((part) => valueOf(part, member, names)));
  if (schema.allOf?.[0]) return valueOf(schema.allOf[0], member, names);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const { type } = schema;
  if (typeof type === 'object') return fc.oneof(...type.map((one) => valueOf({ ...schema, type: one }, member, names)));
  switch (type ?? '') {
    case 'null':
      return fc.constant(null);
    case 'object':
      return objectOf(schema, member, names);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, member, names), { minLength: 1, maxLength: 2 });
    case 'integer':
    case 'number':
      // Uses the largest value, because call limits must not block any request.
      if (schema.maximum === LARGEST_LIMIT) return fc.constant(LARGEST_LIMIT);
      return fc.integer({ min: Math.ceil(schema.minimum ?? 0), max: Math.max(Math.ceil(schema.minimum ?? 0), 3) });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return textOf(schema, member, names);
    default:
      // Any content.
      return fc.oneof(names(member), fc.dictionary(fc.constantFrom('id', 'name'), names(member), { maxKeys: 2 }));
  }
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: Schema,
  member: string,
  names: (member: string) => fc.Arbitrary<string>,
): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, name, names)]),
  );
  const known = fc.record(members, { requiredKeys: required.filter((name) => name in members) });
  if (typeof additionalProperties !== 'object') return known;
  const more = fc.dictionary(names(member), valueOf(additionalProperties, member, names), { maxKeys: 2 });
  return fc.tuple(known, more).map(([named, other]) => ({ ...named, ...other }));
}

function textOf(schema: Schema, member: string, names: (member: string) => fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  // zod's own patterns use Unicode.
  const fits = pattern === undefined ? null : new RegExp(pattern, 'u');
  const isGood = (text: string): boolean =>
    text.length >= minLength &&
    text.length <= maxLength &&
    (fits === null || fits.test(text)) &&
    (OF_FORMAT[format ?? '']?.(text) ?? true);
  const words = WORDS.filter(isGood);
  const plain = words.length > 0 ? fc.constantFrom(...words) : madeTo(fits, minLength).filter(isGood);
  return fc.tuple(names(member), fresh, plain, fc.nat({ max: 2 })).map(([name, lower, other, die]) => {
    if (die > 0 && isGood(name)) return name;
    return [lower, lower.toUpperCase()].find(isGood) ?? other;
  });
}

/** Returns a value for schemas that no word matches. */
const madeTo = (pattern: RegExp | null, length: number): fc.Arbitrary<string> =>
  pattern === null ? fc.constant('x'.repeat(length)) : fc.stringMatching(pattern);
