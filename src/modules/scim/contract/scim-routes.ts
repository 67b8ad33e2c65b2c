import { AppError } from '../../../kernel/errors/app-error';
import type { ScimMethod } from './scim.types';

/** The operation of a request. */
export type ScimRoute =
  | 'user.create'
  | 'user.list'
  | 'user.search'
  | 'user.get'
  | 'user.replace'
  | 'user.patch'
  | 'user.delete'
  | 'group.create'
  | 'group.list'
  | 'group.search'
  | 'group.get'
  | 'group.replace'
  | 'group.patch'
  | 'group.delete'
  | 'me'
  | 'search'
  | 'bulk'
  | 'config'
  | 'resource_types'
  | 'schemas';

type Methods = Partial<Record<ScimMethod, ScimRoute>>;

const ONE: Readonly<Record<string, Methods>> = {
  Users: { GET: 'user.list', POST: 'user.create' },
  Groups: { GET: 'group.list', POST: 'group.create' },
  Me: { GET: 'me', POST: 'me', PUT: 'me', PATCH: 'me', DELETE: 'me' },
  Bulk: { POST: 'bulk' },
  '.search': { POST: 'search' },
  ServiceProviderConfig: { GET: 'config' },
  ResourceTypes: { GET: 'resource_types' },
  Schemas: { GET: 'schemas' },
};

const TWO: Readonly<Record<string, Methods>> = {
  Users: { GET: 'user.get', PUT: 'user.replace', PATCH: 'user.patch', DELETE: 'user.delete' },
  Groups: { GET: 'group.get', PUT: 'group.replace', PATCH: 'group.patch', DELETE: 'group.delete' },
  ResourceTypes: { GET: 'resource_types' },
  Schemas: { GET: 'schemas' },
};

/** Returns the route of a request (RFC 7644 §3.2). Errors: `not_found`; `method_not_allowed`. */
export function routeOf(method: string, path: readonly string[]): ScimRoute {
  const methods = methodsOf(path);
  if (methods === null) throw new AppError('not_found', 'This path does not exist.');
  const route = (methods as Readonly<Record<string, ScimRoute | undefined>>)[method];
  if (route !== undefined && Object.hasOwn(methods, method)) return route;
  const allow = Object.keys(methods).join(', ');
  throw new AppError('method_not_allowed', `This path supports only ${allow}.`, { headers: { Allow: allow } });
}

function methodsOf([first = '', second, ...more]: readonly string[]): Methods | null {
  const member = (table: Readonly<Record<string, Methods>>): Methods | null =>
    Object.hasOwn(table, first) ? (table[first] ?? null) : null;
  if (second === undefined || (second === '' && more.length === 0)) return member(ONE);
  if (more.length > 0) return null;
  if (second === '.search' && (first === 'Users' || first === 'Groups')) {
    return { POST: first === 'Users' ? 'user.search' : 'group.search' };
  }
  return member(TWO);
}

/** Returns true if a route only reads data. */
export function isRead(route: ScimRoute): boolean {
  return !/\.(create|replace|patch|delete)$|^bulk$/.test(route);
}
