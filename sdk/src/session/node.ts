import { ConfigurationError } from '../errors.js';
import type { Session } from './session.js';
import type { Resumed, Sessions } from './sessions.js';

/** The request members that sessions use, common to Express, Connect and Node. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The response members that sessions use, common to Express, Connect and Node. */
export interface NodeResponse {
  statusCode: number;
  getHeader(name: string): number | string | string[] | undefined;
  setHeader(name: string, value: string | string[]): unknown;
  end(text?: string): unknown;
}

export type Next = (fault?: unknown) => void;

/** Returns a request with the same method, URL and headers, without a body. */
function webRequest(request: NodeRequest, origin: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of [value].flat()) headers.append(name, one);
  }
  // The path alone: a request target can be absolute, and the host is the client's claim.
  const target = request.originalUrl ?? request.url ?? '/';
  const url = new URL(target.startsWith('/') ? `${origin}${target}` : origin);
  return new Request(url, { method: request.method ?? 'GET', headers });
}

/** Writes a complete response. */
async function writeResponse(response: NodeResponse, answer: Response): Promise<void> {
  response.statusCode = answer.status;
  answer.headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value);
  });
  addCookies(response, answer.headers.getSetCookie());
  response.end(await answer.text());
}

function addCookies(response: NodeResponse, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const present = [response.getHeader('set-cookie') ?? []].flat().map(String);
  response.setHeader('set-cookie', [...present, ...lines]);
}

/**
 * Returns middleware that answers the paths `sign-in`, `callback` and `sign-out`. It refuses requests with a session that come from pages
 * of other origins (403), refreshes the session when it is due, and makes it available to {@link sessionOf}.
 */
export function sessionMiddleware(
  sessions: Sessions,
): (request: NodeRequest, response: NodeResponse, next: Next) => Promise<void> {
  return async (request, response, next) => {
    try {
      const web = webRequest(request, sessions.origin);
      const answer = await sessions.handle(web);
      if (answer) return await writeResponse(response, answer);
      if (!sessions.isSameOrigin(web)) {
        return sendProblem(response, 403, 'cross_origin', 'This request comes from a page of a different origin.');
      }
      const resumed = await sessions.resume(web);
      sessions.remember(request, resumed);
      // The response depends on the session, so no cache may store it.
      if (web.headers.has('cookie')) response.setHeader('cache-control', 'no-store');
      addCookies(response, resumed.setCookies);
    } catch (fault) {
      return next(fault);
    }
    next();
  };
}

/**
 * Returns the result of the middleware of these sessions. Errors: `ConfigurationError` for a request that did not pass it, so that missing
 * middleware, or the middleware of another client's sessions, leaves no route open.
 */
function resumedOf(request: object, sessions: Sessions): Resumed {
  // Fastify's request has Node's request, which the middleware saw, in `raw`.
  const { raw } = request as { readonly raw?: object };
  const resumed = sessions.resumedOf(request) ?? (raw && sessions.resumedOf(raw));
  if (!resumed) throw new ConfigurationError('This request did not pass the session middleware of @cpod/sdk.');
  return resumed;
}

/** Returns the session of a request; `null` if nobody is signed in. Errors: `ConfigurationError` without the middleware of `sessions`. */
export function sessionOf(request: object, sessions: Sessions): Session | null {
  return resumedOf(request, sessions).session;
}

/** The refusal of a request that needs a session. `location` is set if a browser should sign in now. */
export interface Missing {
  readonly status: 303 | 401 | 503;
  readonly error: string;
  readonly description: string;
  readonly location: string | null;
}

/** Returns why a request may not pass; `null` if its user is signed in. A page load is redirected to the sign-in. */
export function missingSession(sessions: Sessions, request: NodeRequest): Missing | null {
  const { state } = resumedOf(request, sessions);
  if (state === 'signed_in') return null;
  if (state === 'unavailable') {
    const description = 'The session cannot be refreshed now. Try again later.';
    return { status: 503, error: 'unavailable', description, location: null };
  }
  const description = 'Sign in first.';
  const isPage = request.method === 'GET' && String(request.headers['accept'] ?? '').includes('text/html');
  const status = isPage ? 303 : 401;
  const location = isPage ? sessions.signInPath(request.originalUrl ?? request.url) : null;
  return { status, error: 'login_required', description, location };
}

export function sendProblem(response: NodeResponse, status: number, error: string, description: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify({ error, error_description: description, status }));
}
