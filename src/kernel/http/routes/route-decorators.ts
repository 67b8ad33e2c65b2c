import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { ErrorShape } from '../errors/error-shape';

/*
 * The declarations of a controller, or of one of its routes, for code that handles a request before Nest does (`path-rules.ts`).
 * `route-access.ts` declares the callers of a route, and `accepted-body.ts` declares its body.
 */

/** The requests that count against unauthenticated callers: every request, or requests that fail with 401. */
export type EntryLimitKind = 'requests' | 'failures';

export const ENTRY_LIMIT = 'coresdk:entry-limit';
export const PROXIED = 'coresdk:proxied';
export const ERRORS = 'coresdk:errors';
export const ANY_ORIGIN = 'coresdk:any-origin';
export const FOR_SERVERS = 'coresdk:for-servers';
export const METHOD_OVERRIDE = 'coresdk:method-override';
export const HOT_PATH = 'coresdk:hot-path';

/**
 * Limits a route by the caller's address and claimed client, before the request is read. Use it for public routes. Failures are counted
 * separately for each controller; requests are counted together for the whole surface.
 */
export function EntryLimit(kind: EntryLimitKind): CustomDecorator {
  return SetMetadata(ENTRY_LIMIT, kind);
}

/**
 * Also offers a controller of the internal surface, or some of its routes, on the public surface, which forwards the requests.
 * @param path path of the controller on the public surface, if it differs.
 */
export function ProxiedToControlPlane(path = ''): CustomDecorator {
  return SetMetadata(PROXIED, path);
}

/** Sets a controller's error format to the format of its protocol. */
export function Errors(shape: ErrorShape): CustomDecorator {
  return SetMetadata(ERRORS, shape);
}

/** Lets browser apps call a route from every origin. The route must not accept cookies. */
export function AnyOrigin(): CustomDecorator {
  return SetMetadata(ANY_ORIGIN, true);
}

/**
 * Refuses pages of other origins, unless `CORS_ORIGINS` lists them. Use it for routes whose credentials belong to servers, and that
 * authenticate callers themselves, so that no guard compares the page with the app of the token.
 */
export function ForServers(): CustomDecorator {
  return SetMetadata(FOR_SERVERS, true);
}

/**
 * Treats a POST to the paths of a controller as the method in `X-HTTP-Method-Override`, for clients whose network allows only GET and POST
 * (tus 1.0.0, "X-HTTP-Method-Override").
 */
export function MethodOverride(): CustomDecorator {
  return SetMetadata(METHOD_OVERRIDE, true);
}

/**
 * Handles a route on bare node:http: the controller method receives a `RawRequest` and writes the response. Nest's guards, pipes,
 * interceptors and filters do not run, so use it only for public routes where measurements show the need.
 */
export function HotPath(): CustomDecorator {
  return SetMetadata(HOT_PATH, true);
}
