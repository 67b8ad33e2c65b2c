import { allOperations, type Operation } from './operations';

/** A position for another tenant's names in a request. */
export type Place = 'path' | 'query' | 'body';

/** The kinds of resources that body members and query parameters refer to, matched by part of the member or parameter name. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/owner|user|actor|person|member|assignee|sub/i, 'users'],
  [/project/i, 'projects'],
  [/client|app/i, 'apps'],
  [/path|prefix|source|file/i, 'files'],
  [/bundle/i, 'bundles'],
  [/tenant/i, 'tenants'],
  [/^tokens$/, 'masked'],
  [/resource|subject|action/i, 'resources'],
  [/flag|key/i, 'flags'],
];

/**
 * Writes that replace all existing content. They remove content written between two such writes, so the two requests of a pair do not find
 * the same content.
 */
const REPLACING = /^(PUT \/api\/v1\/(config|flags\/document)|POST \/api\/v1\/(config|flags)\/revert)$/;

/** The operations with a position for a name. */
export const OPERATIONS = allOperations().filter((operation) => placesOf(operation).length > 0);

/** The read-only operations without such a position. */
export const NAMELESS = allOperations().filter(
  (operation) => placesOf(operation).length === 0 && operation.method === 'GET',
);

/** Returns an operation's readable name and the resource in its path. */
export function namesOf({ surface, method, path }: Pick<Operation, 'surface' | 'method' | 'path'>): {
  readonly name: string;
  readonly resource: string;
} {
  const resource = path.replace(/^\/(api\/)?v1\/(oauth\/(?=apps))?/, '').split('/')[0] ?? '';
  return { name: `${surface} ${method} ${path}`, resource };
}

/** Returns the positions for a name. Positions in the path are repeated, so that they are chosen more often than others. */
export function placesOf({ method, path, parameters, body }: Operation): readonly Place[] {
  const named = path.includes('{');
  const query = parameters.some(({ in: where, schema }) => where === 'query' && isOpen(schema));
  return [
    ...(named ? (['path', 'path', 'path'] as const) : []),
    ...(query ? (['query'] as const) : []),
    ...(body === null || REPLACING.test(`${method} ${path}`) ? [] : (['body'] as const)),
  ];
}

/** Returns whether a parameter accepts any string. */
export function isOpen(schema: Operation['parameters'][number]['schema']): boolean {
  return schema?.type === 'string' && schema.enum === undefined && schema.format === undefined;
}

/** Returns the kind of resource that a member or a parameter of this name refers to. */
export const kindOf = (name: string): string => KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'any';

/** Returns the kind of resource that a path segment names, from the fixed segment before it. */
export function kindOfPart(parts: readonly string[], index: number): string {
  const before = parts.slice(0, index).findLast((part) => !part.startsWith('{')) ?? '';
  return { members: 'users', keys: 'keys', proof: 'audit', versions: 'any' }[before] ?? before;
}

/** Returns the headers that an operation requires. */
export function headersOf({ body, path }: Operation, token: string | null): Readonly<Record<string, string>> {
  return {
    ...(token === null ? {} : { authorization: token }),
    ...(body === null ? {} : { 'content-type': body.type === '*/*' ? 'text/plain' : body.type }),
    ...(path.startsWith('/v1/files/uploads') ? { 'tus-resumable': '1.0.0', 'upload-offset': '0' } : {}),
  };
}
