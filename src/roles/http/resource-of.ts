import type { Request } from 'express';

/** The maximum length. A file path has at most 1,024 characters after its tier, and a policy must see all of it. */
const MAX_CHARS = 1_100;

const RESOURCE = Symbol('resource');

/** The resource, stored on the request itself: a WeakMap lookup would be a measurable part of the cost of a small request. */
interface NamedRequest extends Request {
  [RESOURCE]?: string;
}

/** Names the resource of a call whose path does not name it. */
export function nameResource(request: NamedRequest, resource: string): void {
  request[RESOURCE] = resource.slice(0, MAX_CHARS);
}

/** Returns the resource that the path's parameters identify; empty for a collection. */
export function resourceOf(request: NamedRequest): string {
  return (request[RESOURCE] ??= Object.values(request.params).flat().join('/').slice(0, MAX_CHARS));
}
