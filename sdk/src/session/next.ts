import { refuse } from './responses.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';

/** The parts of Next.js that sessions use. Pass them in, so that the SDK works with every version of Next.js. */
export interface NextParts {
  /** `cookies` of `next/headers`. */
  readonly cookies: () => Promise<{ getAll(): readonly { readonly name: string; readonly value: string }[] }>;
  /** `redirect` of `next/navigation`. */
  readonly redirect: (path: string) => never;
  /** `NextResponse` of `next/server`. */
  readonly NextResponse: { next(init: { readonly request: { readonly headers: Headers } }): Response };
}

type RouteHandler = (request: Request) => Promise<Response>;

/** The sessions of an application in the App Router. */
export interface NextSessions {
  /**
   * The function for `proxy.ts`. It refreshes the session, passes new cookies to the browser and to the render, and refuses requests
   * with a session that come from pages of other origins (403).
   */
  readonly proxy: RouteHandler;
  /** The exports of `app/auth/[action]/route.ts`. */
  readonly handlers: { readonly GET: RouteHandler; readonly POST: RouteHandler };
  /** Returns the path that begins a sign-in and then returns to a path on this origin. */
  readonly signInPath: (returnTo?: string) => string;
  /** Reads the session in server components, server actions and route handlers. Never refreshes. @returns `null` if nobody is signed in. */
  readonly getSession: () => Promise<Session | null>;
  /**
   * Returns the session, or redirects to the sign-in. Call it in each function that reads or changes data, because a proxy alone is
   * no authorization. @param returnTo the path to return to after the sign-in.
   */
  readonly requireSession: (returnTo?: string) => Promise<Session>;
}

/**
 * Connects sessions to Next.js 16.
 * @param create creates the sessions at the first request, because a build runs without the configuration of the server.
 */
export function nextSessions(create: () => Sessions, { cookies, redirect, NextResponse }: NextParts): NextSessions {
  let created: Sessions | null = null;
  const sessions = (): Sessions => (created ??= create());
  const getSession = async (): Promise<Session | null> => {
    // Next.js decodes values, so a header made of them could contain cookies that the browser did not send.
    const all = (await cookies()).getAll();
    return sessions().readCookies(new Map(all.map(({ name, value }) => [name, value])));
  };
  const handler: RouteHandler = async (request) => (await sessions().handle(request)) ?? refuse(404, 'Not found.');
  const signInPath = (returnTo = '/'): string => sessions().signInPath(returnTo);
  return {
    signInPath,
    getSession,
    handlers: { GET: handler, POST: handler },
    requireSession: async (returnTo) => (await getSession()) ?? redirect(signInPath(returnTo)),
    proxy: async (request) => {
      // The route handlers set the cookies of these paths, so the proxy must not set them as well.
      if (sessions().isHandled(request.url)) return NextResponse.next({ request: { headers: request.headers } });
      if (!sessions().isSameOrigin(request))
        return refuse(403, 'This request comes from a page of a different origin.');
      const { state, setCookies, cookieHeader } = await sessions().resume(request);
      if (state === 'unavailable') return refuse(503, 'The session cannot be refreshed now. Try again later.');
      const headers = new Headers(request.headers);
      if (cookieHeader === '') headers.delete('cookie');
      else headers.set('cookie', cookieHeader);
      const response = NextResponse.next({ request: { headers } });
      for (const line of setCookies) response.headers.append('set-cookie', line);
      if (request.headers.has('cookie')) response.headers.set('cache-control', 'no-store');
      return response;
    },
  };
}
