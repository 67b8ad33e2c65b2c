import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';

interface Route {
  readonly method: RequestMethod;
  readonly segments: readonly string[];
}

/**
 * Sorts controllers so that a route with a fixed path is registered before any that would take it for a parameter:
 * `/v1/users/me` before `/v1/users/:id`. Else their order stays.
 * Errors: two controllers of which each has a route that the other would take.
 */
export function specificFirst(controllers: readonly Type[]): readonly Type[] {
  const routes = new Map(controllers.map((controller) => [controller, routesOf(controller)]));
  const takes = (one: Type, other: Type): boolean =>
    one !== other && (routes.get(one) ?? []).some((route) => (routes.get(other) ?? []).some((at) => covers(route, at)));
  const left = [...controllers];
  const sorted: Type[] = [];
  while (left.length > 0) {
    const next = left.find((controller) => !left.some((other) => takes(controller, other)));
    if (next === undefined) {
      const names = left.map(({ name }) => name).join(', ');
      throw new Error(`No order of these controllers leaves each route reachable: ${names}.`);
    }
    left.splice(left.indexOf(next), 1);
    sorted.push(next);
  }
  return sorted;
}

/** The routes of a controller, in the order in which they are registered. */
export function routesOf(controller: Type): readonly Route[] {
  const prefix = textOf(Reflect.getMetadata(PATH_METADATA, controller));
  return handlersOf(controller).flatMap(({ handler, method }) => {
    const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | readonly string[]].flat();
    return paths.map((path) => ({ method, segments: `${prefix}/${path}`.split('/').filter((part) => part !== '') }));
  });
}

interface Handler {
  readonly name: string;
  readonly handler: object;
  readonly method: RequestMethod;
}

/** The methods of a controller that answer requests. */
export function handlersOf(controller: Pick<Type, 'prototype'>): readonly Handler[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (typeof handler !== 'function') return [];
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    return method === undefined ? [] : [{ name, handler, method }];
  });
}

/** Whether the first route would take requests that are meant for the second, which is the more specific one. */
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

function textOf(path: unknown): string {
  return typeof path === 'string' ? path : '';
}
