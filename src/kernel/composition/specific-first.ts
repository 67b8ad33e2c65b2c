import { RequestMethod, type Type } from '@nestjs/common';
import { type DeclaredRoute, declaredRoutes } from '../http/routes/declared-routes';

/** The parts of a route that determine which requests it matches. */
type Route = Pick<DeclaredRoute, 'method' | 'segments'>;

/**
 * Sorts controllers so that a route with a fixed path is registered before any route that would match the path with a parameter:
 * `/v1/users/me` before `/v1/users/:id`. Otherwise, their order stays the same. Errors: two controllers, each with a route whose requests
 * the other would match.
 */
export function specificFirst(controllers: readonly Type[]): readonly Type[] {
  const routes = new Map(controllers.map((controller) => [controller, declaredRoutes(controller)]));
  const takes = (one: Type, other: Type): boolean =>
    one !== other && (routes.get(one) ?? []).some((route) => (routes.get(other) ?? []).some((at) => covers(route, at)));
  const left = [...controllers];
  const sorted: Type[] = [];
  while (left.length > 0) {
    const next = left.find((controller) => !left.some((other) => takes(controller, other)));
    if (next === undefined) {
      const names = left.map(({ name }) => name).join(', ');
      throw new Error(`No order of these controllers keeps every route reachable: ${names}.`);
    }
    left.splice(left.indexOf(next), 1);
    sorted.push(next);
  }
  return sorted;
}

/** Returns whether the first route would match requests that are meant for the second route, which is more specific. */
export function covers(general: Route, specific: Route): boolean {
  if (general.method !== specific.method && general.method !== RequestMethod.ALL) return false;
  const isOpen = general.segments.at(-1)?.includes('*') ?? false;
  if (
    isOpen ? general.segments.length > specific.segments.length : general.segments.length !== specific.segments.length
  )
    return false;
  const matches = general.segments.every((segment, at) => isFree(segment) || segment === specific.segments[at]);
  return matches && general.segments.some((segment, at) => isFree(segment) && !isFree(specific.segments[at] ?? ''));
}

function isFree(segment: string): boolean {
  return segment.startsWith(':') || segment.includes('*');
}
