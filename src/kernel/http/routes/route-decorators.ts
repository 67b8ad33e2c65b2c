import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { ErrorShape } from '../errors/error-shape';

/*
 * The declarations of a controller, or of one of its routes, for code that handles a request before Nest does (`path-rules.ts`).
 * `route-access.ts` declares the callers of a route, `accepted-body.ts` its body.
 */

/** The requests that count against callers without a proven identity: every request, or those that fail with 401. */
export type EntryLimitKind = 'requests' | 'failures';

export const ENTRY_LIMIT = 'coresdk:entry-limit';
export const PROXIED = 'coresdk:proxied';
export const ERRORS = 'coresdk:errors';
export const ANY_ORIGIN = 'coresdk:any-origin';
export const METHOD_OVERRIDE = 'coresdk:method-override';
export const HOT_PATH = 'coresdk:hot-path';

/**
 * Limits a route by the caller's address and claimed client, before anything of the request is read: for routes that anybody
 * may call. Failures are counted for each controller by itself; requests for all of a surface together.
 */
export function EntryLimit(kind: EntryLimitKind): CustomDecorator {
  return SetMetadata(ENTRY_LIMIT, kind);
}

/**
 * Offers a controller of the internal surface, or single routes of it, on the public one as well, which hands their requests on.
 * @param path of the controller on the public surface, when it is another one there.
 */
export function ProxiedToControlPlane(path = ''): CustomDecorator {
  return SetMetadata(PROXIED, path);
}

/** Gives the errors of a controller the shape of its protocol. */
export function Errors(shape: ErrorShape): CustomDecorator {
  return SetMetadata(ERRORS, shape);
}

/** Lets apps in browsers call a route from every origin: no cookie may open anything of it. */
export function AnyOrigin(): CustomDecorator {
  return SetMetadata(ANY_ORIGIN, true);
}

/**
 * Takes a POST to the paths of a controller as the method that `X-HTTP-Method-Override` names, for clients whose network lets only
 * GET and POST through (tus 1.0.0, "X-HTTP-Method-Override").
 */
export function MethodOverride(): CustomDecorator {
  return SetMetadata(METHOD_OVERRIDE, true);
}

/**
 * Answers a route on bare node:http: the method of the controller takes a `RawRequest` and writes the answer. Nest's guards,
 * pipes, interceptors and filters do not run, so it is for public routes alone, where a measurement demands it.
 */
export function HotPath(): CustomDecorator {
  return SetMetadata(HOT_PATH, true);
}
