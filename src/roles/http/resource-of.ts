import type { Request } from 'express';

/** The object that a path names, by the values of its parameters; empty for a collection. */
export function resourceOf(request: Request): string {
  return Object.values(request.params).flat().join('/').slice(0, 1024);
}
