import type { Express } from 'express';

/** A route that is registered for a path. */
export interface RegisteredRoute {
  /** The path with its parameters: `/v1/users/:id`. */
  readonly template: string;
  /** The HTTP methods in uppercase; empty for a route that accepts every method. */
  readonly methods: readonly string[];
}

interface Layer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Returns the routes that match a path, in order of registration. Middleware is not included. */
export function routesAt({ router }: Express, path: string): readonly RegisteredRoute[] {
  const { stack } = router as unknown as { readonly stack: readonly Layer[] };
  return stack.flatMap((layer) => {
    if (!layer.route || !layer.match(path)) return [];
    const { path: template, methods } = layer.route;
    const named = Object.keys(methods).filter((method) => method !== '_all');
    return [{ template, methods: named.map((method) => method.toUpperCase()) }];
  });
}
