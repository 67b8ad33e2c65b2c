import { allOperations, type Operation } from './operations';

/** Where names of another tenant go. */
export type Place = 'path' | 'query' | 'body';

/** What the members of bodies and the parameters of queries name, by a part of their names. */
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
 * Writes that put what they are given in the place of all that there was: what was written between two of them is gone, and
 * so the two of a pair do not find the same.
 */
const REPLACING = /^(PUT \/api\/v1\/(config|flags\/document)|POST \/api\/v1\/(config|flags)\/revert)$/;

/** The operations in which a name has a place. */
export const OPERATIONS = allOperations().filter((operation) => placesOf(operation).length > 0);

/** Those that only read, in which none has. */
export const NAMELESS = allOperations().filter(
  (operation) => placesOf(operation).length === 0 && operation.method === 'GET',
);

/** An operation for people, and what its path is about. */
export function namesOf({ surface, method, path }: Pick<Operation, 'surface' | 'method' | 'path'>): {
  readonly name: string;
  readonly resource: string;
} {
  const resource = path.replace(/^\/(api\/)?v1\/(oauth\/(?=apps))?/, '').split('/')[0] ?? '';
  return { name: `${surface} ${method} ${path}`, resource };
}

/** Where a name has a place, in paths more often than elsewhere. */
export function placesOf({ method, path, parameters, body }: Operation): readonly Place[] {
  const named = path.includes('{');
  const query = parameters.some(({ in: where, schema }) => where === 'query' && isOpen(schema));
  return [
    ...(named ? (['path', 'path', 'path'] as const) : []),
    ...(query ? (['query'] as const) : []),
    ...(body === null || REPLACING.test(`${method} ${path}`) ? [] : (['body'] as const)),
  ];
}

/** Whether a parameter takes any text. */
export function isOpen(schema: Operation['parameters'][number]['schema']): boolean {
  return schema?.type === 'string' && schema.enum === undefined && schema.format === undefined;
}

/** What a member or a parameter of this name names. */
export const kindOf = (name: string): string => KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? 'any';

/** What a part of a path names is said by the fixed part before it. */
export function kindOfPart(parts: readonly string[], index: number): string {
  const before = parts.slice(0, index).findLast((part) => !part.startsWith('{')) ?? '';
  return { members: 'users', keys: 'keys', proof: 'audit', versions: 'any' }[before] ?? before;
}

/** The headers without which an operation looks at nothing. */
export function headersOf({ body, path }: Operation, token: string | null): Readonly<Record<string, string>> {
  return {
    ...(token === null ? {} : { authorization: token }),
    ...(body === null ? {} : { 'content-type': body.type === '*/*' ? 'text/plain' : body.type }),
    ...(path.startsWith('/v1/files/uploads') ? { 'tus-resumable': '1.0.0', 'upload-offset': '0' } : {}),
  };
}
