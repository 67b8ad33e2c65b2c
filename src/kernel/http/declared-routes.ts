import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';

/** A route as a controller declares it. */
export interface DeclaredRoute {
  readonly method: RequestMethod;
  /** Path from the root, with parameters: `/v1/users/:id`. */
  readonly template: string;
  readonly segments: readonly string[];
  /** The method of the controller that answers, by which its decorators are found. */
  readonly handler: object;
  readonly name: string;
}

/** Returns the routes of a controller, in the order in which they are registered. */
export function declaredRoutes(controller: Type): readonly DeclaredRoute[] {
  return handlersOf(controller).flatMap((handler) =>
    pathsOf(controller).flatMap((base) =>
      pathsOf(handler.handler).map((path) => {
        const segments = `${base}/${path}`.split('/').filter((segment) => segment !== '');
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

/** Returns the methods of a controller that answer requests. */
export function handlersOf(controller: Pick<Type, 'prototype'>): readonly Handler[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof handler !== 'function') return [];
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    return method === undefined ? [] : [{ name, handler, method }];
  });
}

/** Returns the paths of a controller or of one of its methods, as Nest keeps them. */
function pathsOf(declared: object): readonly string[] {
  return [(Reflect.getMetadata(PATH_METADATA, declared) ?? '') as string | readonly string[]].flat();
}
