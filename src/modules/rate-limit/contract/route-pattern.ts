const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** A parameter in OpenAPI notation or in router notation. */
const PARAMETER = /^(\{[^{}]+\}|:.+)$/;
const SEGMENT = /^([a-z0-9._~-]+|\*)$/;

/**
 * Returns a route pattern in its stored form: a parameter (`{id}` as in the API documentation, or `:id`) matches any segment, and a
 * trailing slash is ignored. An invalid pattern is returned unchanged; {@link routeFault} explains why it is invalid.
 */
export function plainRoute(route: string): string {
  const [method, path] = splitRoute(route);
  const segments = path.split('/').map((segment) => (PARAMETER.test(segment) ? '*' : segment));
  if (segments.length > 2 && segments.at(-1) === '') segments.pop();
  return (method === '' ? '' : `${method} `) + segments.join('/');
}

/**
 * Returns the reason why no backend route can match a {@link plainRoute}, as a message for the rule's author, or `null` if a route can
 * match.
 */
export function routeFault(route: string): string | null {
  const [method, path] = splitRoute(route);
  if (method === 'HEAD') return 'a rule for GET also applies to HEAD; write GET';
  if (method !== '' && !METHODS.has(method)) return 'the method must be GET, POST, PUT, PATCH or DELETE, or omitted';
  if (!path.startsWith('/')) return 'must be a path such as "/v1/projects/{id}", optionally after a method and a space';
  if (/[?#]/.test(path)) return 'must be a path without a query or fragment: only method and path select a rule';
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '**') segments.pop();
  const odd = path === '/' ? undefined : segments.find((segment) => !SEGMENT.test(segment));
  if (odd === undefined) return null;
  if (odd === '') return 'must not have an empty segment: no route has two slashes in a row';
  if (odd === '**') return '"**" is allowed only at the end; "*" is one segment';
  if (/[*{}:]/.test(odd))
    return `"*" or a parameter must be a whole segment of the path, not a part of it as in "${odd}"`;
  return `no route has the segment "${odd}": segments have lower-case letters, digits and "- . _ ~"`;
}

/** Splits `GET /v1/projects` into method and path; the method is empty if absent. */
export function splitRoute(route: string): readonly [method: string, path: string] {
  const blank = route.indexOf(' ');
  return blank < 0 ? ['', route] : [route.slice(0, blank), route.slice(blank + 1)];
}
