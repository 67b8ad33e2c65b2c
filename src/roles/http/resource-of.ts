import type { Request } from 'express';

/** A path of a file has at most 1,024, after its tier: a policy must see all of it. */
const MAX_CHARS = 1_100;

const named = new WeakMap<Request, string>();

/** Says what a call is about whose path does not name it. */
export function nameResource(request: Request, resource: string): void {
  named.set(request, resource);
}

/** The object that a path names, by the values of its parameters; empty for a collection. */
export function resourceOf(request: Request): string {
  return (named.get(request) ?? Object.values(request.params).flat().join('/')).slice(0, MAX_CHARS);
}
