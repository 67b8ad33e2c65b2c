import { NotFoundException } from '@nestjs/common';
import type { Express } from 'express';
import { routesAt } from '../../adapters/express-routes';
import { AppError } from '../../errors/app-error';

/** Returns a 405 with `Allow` (RFC 9110 §15.5.6). */
export function methodNotAllowed(methods: readonly string[]): AppError {
  const allow = methods.join(', ');
  return new AppError('method_not_allowed', `This path supports only ${allow}.`, { headers: { Allow: allow } });
}

/** Returns a 405 instead of the router's 404 if the path exists for other methods. Returns any other error unchanged. */
export function refineNotFound(server: Express, path: string, error: unknown): unknown {
  if (!(error instanceof NotFoundException)) return error;
  const methods = allowedMethods(server, path);
  return methods.length === 0 ? error : methodNotAllowed(methods);
}

function allowedMethods(server: Express, path: string): string[] {
  const routes = routesAt(server, path);
  // `/tenants/current` also matches `/tenants/:id`, whose methods belong to a different resource.
  const fewest = Math.min(...routes.map(({ template }) => parametersIn(template)));
  const methods = new Set(
    routes.filter(({ template }) => parametersIn(template) === fewest).flatMap((own) => own.methods),
  );
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function parametersIn(template: string): number {
  return template.split(/[:*]/).length - 1;
}
