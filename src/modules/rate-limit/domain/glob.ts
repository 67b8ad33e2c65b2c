import { splitRoute } from '../contract/route-pattern';

/**
 * Returns true if a string matches a pattern, in which `*` matches any string. Each star extends to the nearest position at which the rest
 * can match, which is enough because only the last star must reach the end. The time is proportional to the length of the string times the
 * number of stars.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === pattern;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * Returns true if a route (`GET /v1/projects/:id`) matches a pattern: `/v1/projects/*`, with an optional method before it. `*` matches one
 * segment. `**` at the end matches any number of segments, including none.
 */
export function matchesRoute(pattern: string, route: string): boolean {
  const [method, path] = splitRoute(route);
  const [wantedMethod, wantedPath] = splitRoute(pattern);
  if (wantedMethod !== '' && wantedMethod !== method) return false;
  const segments = path.split('/');
  const wanted = wantedPath.split('/');
  const hasRest = wanted.at(-1) === '**';
  if (hasRest) wanted.pop();
  if (hasRest ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, index) => segment === '*' || segment === segments[index]);
}
