import { NotFoundException } from '@nestjs/common';
import type { Express } from 'express';
import { AppError } from '../errors/app-error';

interface RouteLayer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Returns a 405 with `Allow` (RFC 9110 §15.5.6). */
export function methodNotAllowed(methods: readonly string[]): AppError {
  const allow = methods.join(', ');
  return new AppError('method_not_allowed', `This path takes ${allow}.`, { headers: { Allow: allow } });
}

/** Returns a 405 instead of the router's 404 when the path exists for other methods; any other error as it was. */
export function refineNotFound(server: Express, path: string, error: unknown): unknown {
  if (!(error instanceof NotFoundException)) return error;
  const methods = allowedMethods(server, path);
  return methods.length === 0 ? error : methodNotAllowed(methods);
}

function allowedMethods(server: Express, path: string): string[] {
  // Express 5 shows its layers as `router.stack`; a layer with a route knows its path and methods.
  const { stack } = server.router as unknown as { readonly stack: readonly RouteLayer[] };
  const routes = stack.flatMap((layer) => (layer.route && layer.match(path) ? [layer.route] : []));
  // `/tenants/current` is also a `/tenants/:id`, whose methods are about something else.
  const fewest = Math.min(...routes.map((route) => parametersIn(route.path)));
  const own = routes.filter((route) => parametersIn(route.path) === fewest);
  const methods = new Set(own.flatMap((route) => Object.keys(route.methods).map((method) => method.toUpperCase())));
  methods.delete('_ALL');
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function parametersIn(template: string): number {
  return template.split(/[:*]/).length - 1;
}
