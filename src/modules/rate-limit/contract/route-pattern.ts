const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** A parameter as OpenAPI writes it, or as routers do. */
const PARAMETER = /^(\{[^{}]+\}|:.+)$/;
const SEGMENT = /^([a-z0-9._~-]+|\*)$/;

/**
 * A pattern of routes as it is kept: a parameter (`{id}` as the API's documents write it, or `:id`) is any segment, and a
 * slash at the end means nothing. What is no pattern comes back as it is; {@link routeFault} says why.
 */
export function plainRoute(route: string): string {
  const [method, path] = splitRoute(route);
  const segments = path.split('/').map((segment) => (PARAMETER.test(segment) ? '*' : segment));
  if (segments.length > 2 && segments.at(-1) === '') segments.pop();
  return (method === '' ? '' : `${method} `) + segments.join('/');
}

/** Why no route of the backend could ever fit a {@link plainRoute}, in words for who wrote it; `null` when one could. */
export function routeFault(route: string): string | null {
  const [method, path] = splitRoute(route);
  if (method === 'HEAD') return 'a rule for GET is for HEAD too; write GET';
  if (method !== '' && !METHODS.has(method))
    return 'the method is one of GET, POST, PUT, PATCH and DELETE, or left out';
  if (!path.startsWith('/')) return 'a path as "/v1/projects/{id}", after a method and a blank if one is meant';
  if (/[?#]/.test(path)) return 'a path without a query: requests are told apart by method and path only';
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '**') segments.pop();
  const odd = path === '/' ? undefined : segments.find((segment) => !SEGMENT.test(segment));
  if (odd === undefined) return null;
  if (odd === '') return 'a segment of the path is empty; no route has two slashes in a row';
  if (odd === '**') return '"**" stands at the end only; "*" is one segment';
  if (/[*{}:]/.test(odd)) return `"*" or a parameter is a whole segment of the path, not a part of it as in "${odd}"`;
  return `no route has the segment "${odd}": they are lower-case letters, digits and "- . _ ~"`;
}

/** `GET /v1/projects` in its parts; no method is an empty one. */
export function splitRoute(route: string): readonly [method: string, path: string] {
  const blank = route.indexOf(' ');
  return blank < 0 ? ['', route] : [route.slice(0, blank), route.slice(blank + 1)];
}
