import type { JsonSchema } from './example-of';

type Schemas = Readonly<Record<string, JsonSchema>>;

interface Pair<T> {
  readonly before: T;
  readonly now: T;
}

/** Bounds that narrow a schema when they grow, and bounds that narrow it when they shrink. */
const LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const MOST = ['maximum', 'maxLength', 'maxItems'] as const;

/**
 * Returns the parts of a schema that are gone or narrower, one line each, with their JSON Pointers. In a request, they limit the accepted
 * values. In a response, a member that was always present must remain so, and clients do not recognize a new type.
 */
export function narrowings(
  pair: Pair<JsonSchema>,
  schemas: Pair<Schemas>,
  side: 'request' | 'answer',
): readonly string[] {
  const seen = new Set<string>();
  const compare = (before: JsonSchema, now: JsonSchema, at: string): readonly string[] => {
    const key = `${before.$ref ?? ''} ${now.$ref ?? ''}`;
    if (before.$ref !== undefined && seen.has(key)) return [];
    seen.add(key);
    return compareResolved(resolved(before, schemas.before), resolved(now, schemas.now), at);
  };
  const compareResolved = (before: JsonSchema, now: JsonSchema, at: string): readonly string[] => {
    const where = at === '' ? '/' : at;
    const [old, current] = [typesOf(before, schemas.before), typesOf(now, schemas.now)];
    const [from, to] = side === 'request' ? [old, current] : [current, old];
    // Without a type, every type is allowed.
    const isNarrower = to.size > 0 && (from.size === 0 || [...from].some((type) => !takes(to, type)));
    if (isNarrower) return [`${where} was ${words(old)}, is ${words(current)}`];
    const members = Object.entries(before.properties ?? {}).flatMap(([name, member]) => {
      const other = now.properties?.[name];
      if (other) return compare(member, other, `${at}/${name}`);
      return now.properties || side === 'answer' ? [`${at}/${name} is gone`] : [];
    });
    const items = before.items && now.items ? compare(before.items, now.items, `${at}/-`) : [];
    return [...required(before, now, at, side), ...bounds(before, now, where, side), ...members, ...items];
  };
  return compare(pair.before, pair.now, '');
}

function required(before: JsonSchema, now: JsonSchema, at: string, side: 'request' | 'answer'): readonly string[] {
  const [more, less] = side === 'request' ? [now, before] : [before, now];
  const known = new Set(less.required);
  const words = side === 'request' ? 'is required' : 'is no longer always present';
  return (more.required ?? [])
    .filter((name) => !known.has(name) && (side === 'request' || now.properties?.[name] !== undefined))
    .map((name) => `${at}/${name} ${words}`);
}

/** Compares bounds and enumerations of a request. In a response, wider bounds do not break clients, but a new value might. */
function bounds(before: JsonSchema, now: JsonSchema, where: string, side: 'request' | 'answer'): readonly string[] {
  if (side === 'answer') return [];
  const least = LEAST.filter((bound) => boundOf(now, bound, -Infinity) > boundOf(before, bound, -Infinity));
  const most = MOST.filter((bound) => boundOf(now, bound, Infinity) < boundOf(before, bound, Infinity));
  const gone = (before.enum ?? []).filter((value) => now.enum && !now.enum.includes(value));
  return [
    ...[...least, ...most].map((bound) => `${where} has a different ${bound}`),
    ...gone.map((value) => `${where} no longer accepts ${JSON.stringify(value)}`),
    ...(now.enum && !before.enum && before.type !== undefined ? [`${where} now accepts only some values`] : []),
    ...(now.pattern !== undefined && before.pattern !== now.pattern ? [`${where} has a different pattern`] : []),
  ];
}

function boundOf(schema: JsonSchema, name: (typeof LEAST)[number] | (typeof MOST)[number], none: number): number {
  const bound = (schema as Readonly<Record<string, unknown>>)[name];
  return typeof bound === 'number' ? bound : none;
}

function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (schema.$ref === undefined) return orNull(schema, schemas) ?? schema;
  return resolved(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
}

/** Returns the schema that `anyOf` combines with null, whose members are compared; `null` unless there is exactly one such schema. */
function orNull({ anyOf }: JsonSchema, schemas: Schemas): JsonSchema | null {
  const others = (anyOf ?? []).filter(({ type }) => type !== 'null');
  const [only] = others;
  if (!anyOf || !only || others.length > 1) return null;
  const schema = resolved(only, schemas);
  const types = typesOf(schema, schemas);
  return types.size === 0 ? schema : { ...schema, type: [...types, 'null'] };
}

/** Returns the types of a schema; empty if it does not restrict them. */
function typesOf(schema: JsonSchema, schemas: Schemas): ReadonlySet<string> {
  const { $ref, type, anyOf, oneOf } = schema;
  if ($ref !== undefined) return typesOf(resolved(schema, schemas), schemas);
  const options = anyOf ?? oneOf;
  if (options) {
    const each = options.map((option) => typesOf(option, schemas));
    return new Set(each.some(({ size }) => size === 0) ? [] : each.flatMap((types) => [...types]));
  }
  if (type === undefined) return new Set();
  return new Set(typeof type === 'string' ? [type] : type);
}

const takes = (types: ReadonlySet<string>, type: string): boolean =>
  types.has(type) || (type === 'integer' && types.has('number'));
const words = (types: ReadonlySet<string>): string => [...types].join(' or ') || 'anything';
