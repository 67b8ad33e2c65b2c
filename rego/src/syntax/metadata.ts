import { parseDocument } from 'yaml';
import type { Term } from './ast.js';
import { parseAuthor, parseRelatedResource } from './metadata-people.js';
import { StatementParser } from './parse-statements.js';
import { DEFAULT_PARSE_LIMITS, SyntaxFailure } from './syntax-failure.js';

/** An error in a METADATA block; `line` counts the block's lines from 1. */
export class MetadataFault {
  constructor(
    readonly message: string,
    readonly line?: number,
  ) {}
}

/** The members of a block as OPA shows them in `rego.metadata`, without empty members. */
export type Metadata = Readonly<Record<string, unknown>> & { readonly scope: string };

type Members = ReadonlyMap<unknown, unknown>;

/** A chain of aliases multiplies the size of its target. */
const MAX_ALIASES = 20;

/** Reads the lines of a block as YAML. Ignores members that OPA does not define, and `compile`, as `rego.metadata` does. */
export const readMetadata = (lines: readonly string[]): Metadata | MetadataFault => {
  const text = lines.join('\n');
  if (text.trim() === '') {
    return new MetadataFault('expected METADATA block, found whitespace');
  }
  try {
    return convert(parseYaml(text));
  } catch (caught) {
    if (caught instanceof MetadataFault) {
      return caught;
    }
    if (caught instanceof RangeError) {
      return new MetadataFault('yaml: nested too deeply');
    }
    throw caught;
  }
};

const fault = (message: string, line?: number): never => {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- caught in readMetadata; not a program error
  throw new MetadataFault(message, line);
};

const parseYaml = (text: string): Members => {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', schema: 'core', merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = text.slice(0, error.pos[0]).split('\n').length;
    fault(`yaml: line ${line}: ${error.message}`, line);
  }
  const value = toValue(document);
  return value instanceof Map
    ? value
    : fault('yaml: unmarshal errors: a METADATA block must be a map of names to values', 1);
};

const toValue = (document: ReturnType<typeof parseDocument>): unknown => {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
  } catch (caught) {
    // The library throws this error if there are too many aliases, or if an alias is unknown.
    return caught instanceof ReferenceError ? fault(`yaml: ${caught.message}`) : rethrow(caught);
  }
};

const rethrow = (caught: unknown): never => {
  throw caught;
};

const convert = (members: Members): Metadata => {
  const result: [string, unknown][] = [
    ['title', readText(members, 'title')],
    ['description', readText(members, 'description')],
    ['entrypoint', readEntrypoint(members)],
    ['organizations', readList(members, 'organizations').map((item) => scalarText(item, 'organizations'))],
    ['related_resources', readList(members, 'related_resources').map(relatedResource)],
    ['authors', readList(members, 'authors').map(author)],
    ['schemas', readList(members, 'schemas').map(schema)],
    ['custom', readCustom(members)],
  ];
  const isFilled = (value: unknown): boolean =>
    value !== '' && value !== false && !(typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  return {
    ...Object.fromEntries(result.filter(([, value]) => isFilled(value))),
    scope: readText(members, 'scope'),
  };
};

const wrongType = (name: string, wanted: string): never => fault(`yaml: unmarshal errors: "${name}" must be ${wanted}`);

const scalarText = (value: unknown, name: string): string => {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'string') {
    return value;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : wrongType(name, 'a string');
};

const readText = (members: Members, name: string): string => scalarText(members.get(name), name);

const readEntrypoint = (members: Members): boolean => {
  const value = members.get('entrypoint') ?? false;
  return typeof value === 'boolean' ? value : wrongType('entrypoint', 'true or false');
};

const readList = (members: Members, name: string): readonly unknown[] => {
  const value = members.get(name) ?? [];
  return Array.isArray(value) ? value : wrongType(name, 'a list');
};

const readCustom = (members: Members): unknown => {
  const value = members.get('custom') ?? new Map();
  return value instanceof Map ? toJson(value) : wrongType('custom', 'a map');
};

/** Converts maps to objects. Rejects keys that are not strings, since JSON cannot express them. */
const toJson = (value: unknown, path: readonly string[] = []): unknown => {
  if (Array.isArray(value)) {
    return value.map((item, index) => toJson(item, [...path, String(index)]));
  }
  if (!(value instanceof Map)) {
    return value;
  }
  return Object.fromEntries(
    Array.from(value, ([key, item]: [unknown, unknown]) =>
      typeof key === 'string'
        ? [key, toJson(item, [...path, key])]
        : fault(`invalid map key type(s): ${path.join('/')}`),
    ),
  );
};

const relatedResource = (value: unknown): unknown => {
  const data = toJson(value);
  const resource = parseRelatedResource(data);
  return typeof resource === 'string'
    ? fault(`invalid related-resource definition ${show(data)}: ${resource}`)
    : resource;
};

const author = (value: unknown): unknown => {
  const data = toJson(value);
  const result = parseAuthor(data);
  return typeof result === 'string' ? fault(`invalid author definition ${show(data)}: ${result}`) : result;
};

const show = (data: unknown): string => (typeof data === 'string' ? data : JSON.stringify(data));

const schema = (value: unknown): unknown => {
  if (!(value instanceof Map)) {
    return wrongType('schemas', 'a list of maps');
  }
  const [entry] = value as ReadonlyMap<unknown, unknown>;
  const [key, declared] = entry ?? [];
  const path = readReference(typeof key === 'string' ? key : '') ?? fault('invalid document reference');
  if (typeof declared === 'string') {
    const reference = readReference(declared);
    return reference?.[0] === 'schema' ? { path, schema: reference } : fault('invalid schema reference');
  }
  return declared instanceof Map
    ? { path, definition: toJson(declared) }
    : fault(`invalid schema declaration for path ${JSON.stringify(key)}`);
};

/** Returns the elements of a reference such as `input.x["y"]`. */
const readReference = (text: string): readonly unknown[] | undefined => {
  const term = readTerm(text);
  if (term?.kind === 'var') {
    return [term.name];
  }
  return term?.kind === 'ref' && term.head.kind === 'var'
    ? [term.head.name, ...term.path.map((element) => (element.kind === 'string' ? element.value : element.loc.text))]
    : undefined;
};

const readTerm = (text: string): Term | undefined => {
  try {
    const [expr, ...others] = new StatementParser('', text, DEFAULT_PARSE_LIMITS).query();
    return expr?.kind === 'term' && others.length === 0 ? expr.term : undefined;
  } catch (caught) {
    if (caught instanceof SyntaxFailure) {
      return undefined;
    }
    throw caught;
  }
};
