import type { RequestMethod, Type } from '@nestjs/common';
import { pathsOf, requestMethodOf } from '../../adapters/nest-metadata';

/** A route as declared by a controller. */
export interface DeclaredRoute {
  readonly method: RequestMethod;
  /** Path from the root, with parameters, such as `/v1/users/:id`. */
  readonly template: string;
  readonly segments: readonly string[];
  /** The controller method that handles the route, which also identifies its decorators. */
  readonly handler: object;
  readonly name: string;
}

/** Returns the routes of a controller, in order of registration. */
export function declaredRoutes(controller: Type): readonly DeclaredRoute[] {
  return handlersOf(controller).flatMap((handler) =>
    pathsOf(controller).flatMap((base) =>
      pathsOf(handler.handler).map((path) => {
        // In Express, `{*rest}` is a wildcard that can be empty: `/docs/{*path}` matches `/docs/`.
        const segments = `${base}/${path.replace(/\{(\*\w+)\}$/, '$1')}`.split('/').filter((segment) => segment !== '');
        return { ...handler, segments, template: `/${segments.join('/')}` };
      }),
    ),
  );
}

interface Handler {
  readonly name: string;
  readonly handler: object;
  readonly method: RequestMethod;
}

/** Returns the methods of a controller that handle requests. */
export function handlersOf(controller: Pick<Type, 'prototype'>): readonly Handler[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof handler !== 'function') return [];
    const method = requestMethodOf(handler);
    return method === undefined ? [] : [{ name, handler, method }];
  });
}
