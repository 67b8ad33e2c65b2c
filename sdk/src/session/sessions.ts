import { safeReturnTo } from '../auth/return-to.js';
import { ApiError, LoginError } from '../errors.js';
import { type CookieChange, cookieHeaderAfter, type CookieMap, parseCookies } from './cookies.js';
import { EndedSessions } from './ended-sessions.js';
import { type SessionOptions, sessionSettings, type SessionSettings } from './options.js';
import { Provider } from './provider.js';
import { isInvalidGrant, Refresher } from './refresher.js';
import { redirect, refuse } from './responses.js';
import { isFromSameOrigin } from './same-origin.js';
import { newSession, type Session, shownSession, type StoredSession, withTokens } from './session.js';
import { SessionCookies } from './session-cookies.js';

/** The result of {@link Sessions.resume}. `unavailable`: the access token has expired and the platform cannot refresh it now. */
export interface Resumed {
  readonly state: 'signed_in' | 'signed_out' | 'unavailable';
  /** The session; `null` unless `state` is `signed_in`. */
  readonly session: Session | null;
  /** `Set-Cookie` lines for the response; empty if no cookie changed. */
  readonly setCookies: readonly string[];
  /** The `Cookie` header of the request with these changes, for what runs after this request, such as a render in Next.js. */
  readonly cookieHeader: string;
}

const ACTIONS = ['sign-in', 'callback', 'sign-out'] as const;
/** The path is in the cookie of the sign-in, which every request carries until the sign-in ends. */
const MAX_RETURN_CHARACTERS = 512;
type Action = (typeof ACTIONS)[number];

/**
 * Sessions of signed-in users in encrypted cookies, without a store. Works on the web's `Request` and `Response`; the adapters for
 * Express, Nest and Next.js use it.
 *
 * For five minutes, the process remembers each session that ended by a sign-out or was replaced by a sign-in, so that a refresh in
 * progress cannot set its cookie again. Other processes, and the same one after a restart, do not know about it. If a refresh in
 * progress there sets the cookie again, the session appears signed in until its next refresh. Its tokens are useless after a sign-out:
 * the platform revoked all tokens of the sign-in.
 */
export class Sessions {
  private readonly settings: SessionSettings;
  private readonly cookies: SessionCookies;
  private readonly provider: Provider;
  private readonly refresher: Refresher;
  private readonly ended = new EndedSessions();
  private readonly requests = new WeakMap<object, Resumed>();

  /** Errors: `ConfigurationError`. */
  constructor(options: SessionOptions) {
    this.settings = sessionSettings(options);
    this.cookies = new SessionCookies(this.settings);
    this.provider = new Provider(this.settings);
    this.refresher = new Refresher((token) => this.provider.refresh(token));
  }

  /** The origin of the application, from the redirect URI. */
  get origin(): string {
    return this.settings.origin;
  }

  /** Returns the path that begins a sign-in and then returns to a path on this origin. */
  signInPath(returnTo: string = '/'): string {
    return `${this.settings.folder}sign-in?returnTo=${encodeURIComponent(this.safePath(returnTo))}`;
  }

  /** Returns whether {@link handle} answers requests to this URL. */
  isHandled(url: string): boolean {
    return this.actionOf(url) !== null;
  }

  /** Answers a request to `sign-in`, `callback` or `sign-out`. @returns `null` for any other path. */
  async handle(request: Request): Promise<Response | null> {
    const action = this.actionOf(request.url);
    if (action === null) return null;
    const method = action === 'sign-out' ? 'POST' : 'GET';
    if (request.method !== method) return refuse(405, `Use ${method}.`);
    if (action === 'sign-in') return this.signIn(request);
    return action === 'callback' ? this.callback(request) : this.signOut(request);
  }

  /** Begins a sign-in: redirects the browser to the platform. `returnTo` in the query is the path to return to. */
  async signIn(request: Request): Promise<Response> {
    const returnTo = this.safePath(new URL(request.url).searchParams.get('returnTo'));
    try {
      const { url, pending } = await this.provider.beginLogin();
      const changes = await this.cookies.writeLogin(this.parse(request), { pending, returnTo }, Date.now());
      return redirect(url, this.cookies.lines(changes));
    } catch (fault) {
      this.report(fault);
      return refuse(503, 'Signing in is not possible now. Try again later.');
    }
  }

  /** Completes a sign-in: exchanges the code, sets the session cookie, and redirects to the stored `returnTo`. */
  async callback(request: Request): Promise<Response> {
    const cookies = this.parse(request);
    const { search, searchParams } = new URL(request.url);
    const state = searchParams.get('state') ?? '';
    const login = await this.cookies.readLogin(cookies, state, Date.now());
    if (!login) return refuse(400, 'This sign-in has expired or began in a different browser. Sign in again.');
    const done = this.cookies.deleteLogin(cookies, state);
    try {
      // The request's own URL can have the host of a reverse proxy; the redirect URI cannot.
      const tokens = await this.provider.exchange(new URL(search, this.settings.redirectUri), login.pending);
      const nowMs = Date.now();
      const session = newSession(tokens, await this.provider.userOf(tokens), nowMs);
      const changes = await this.cookies.writeSession(cookies, session, nowMs);
      const replaced = await this.cookies.readSession(cookies, nowMs);
      if (replaced) this.ended.add(replaced.id, nowMs);
      return redirect(this.safePath(login.returnTo), this.cookies.lines([...done, ...changes]));
    } catch (fault) {
      this.report(fault);
      const isRefusal = fault instanceof LoginError || (fault instanceof ApiError && fault.status < 500);
      if (!isRefusal) return refuse(503, 'Signing in is not possible now. Try again later.', this.cookies.lines(done));
      const why = fault instanceof LoginError && fault.code === 'access_denied' ? 'was canceled' : 'failed';
      return refuse(400, `The sign-in ${why}. Sign in again.`, this.cookies.lines(done));
    }
  }

  /**
   * Signs out: revokes the tokens, deletes the cookie and redirects to the platform, which ends its own session, even if there is no session
   * here (RP-Initiated Logout §2). Responds with 403 to a request from a page of another origin. If the platform is down, the cookie is
   * deleted and `onFault` receives the error.
   */
  async signOut(request: Request): Promise<Response> {
    if (!isFromSameOrigin(request.method, request.headers, this.origin)) {
      return refuse(403, 'This request comes from a page of a different origin.');
    }
    const cookies = this.parse(request);
    const session = await this.cookies.readSession(cookies, Date.now());
    const lines = this.cookies.lines(this.cookies.deleteSession(cookies));
    const away = this.settings.postLogoutRedirectUri ?? '/';
    if (session) this.ended.add(session.id, Date.now());
    const [revoked, url] = await Promise.allSettled([
      session ? this.provider.revoke(session.refreshToken ?? session.accessToken) : null,
      this.provider.signOutUrl(session?.idToken ?? null),
    ]);
    for (const outcome of [revoked, url]) if (outcome.status === 'rejected') this.report(outcome.reason);
    return redirect((url.status === 'fulfilled' ? url.value : null) ?? away, lines);
  }

  /** Reads the session and never refreshes it. @returns `null` if there is none, it has ended, or its access token has expired. */
  read(cookieHeader: string | null | undefined): Promise<Session | null> {
    return this.readCookies(parseCookies(cookieHeader));
  }

  /** The same as {@link read}, for cookies that a framework has parsed. */
  async readCookies(cookies: ReadonlyMap<string, string>): Promise<Session | null> {
    const nowMs = Date.now();
    const session = await this.cookies.readSession(cookies, nowMs);
    if (!session || this.ended.has(session.id, nowMs)) return null;
    return nowMs < session.expiresAtMs ? shownSession(session) : null;
  }

  /**
   * Reads the session and refreshes its tokens if they are due. Send the returned cookies with the response. If the platform refuses the
   * refresh, nobody is signed in, but the cookie stays: the browser might have received a newer one while this request was in progress,
   * and a deletion would remove that one. Only a sign-out deletes the cookie, and the next sign-in replaces it.
   */
  async resume(request: Request): Promise<Resumed> {
    const cookies = this.parse(request);
    const nowMs = Date.now();
    const session = await this.cookies.readSession(cookies, nowMs);
    // A cookie that does not open stays: another instance might already have the key that sealed it.
    if (!session) return this.resumed(cookies, null, []);
    if (this.ended.has(session.id, nowMs)) return this.withoutSession(cookies);
    if (session.refreshToken === null || nowMs < session.refreshAtMs) return this.resumed(cookies, session, []);
    return this.refresh(cookies, session, session.refreshToken);
  }

  private async refresh(cookies: CookieMap, session: StoredSession, refreshToken: string): Promise<Resumed> {
    try {
      const next = withTokens(session, await this.refresher.refresh(refreshToken), Date.now());
      const changes = await this.cookies.writeSession(cookies, next, Date.now());
      // The session can end while the platform refreshes it. The platform might have processed the revocation first.
      if (!this.ended.has(session.id, Date.now())) return this.resumed(cookies, next, changes);
      await this.provider.revoke(next.refreshToken ?? next.accessToken).catch((fault: unknown) => this.report(fault));
      return this.withoutSession(cookies);
    } catch (fault) {
      if (isInvalidGrant(fault)) return this.withoutSession(cookies);
      this.report(fault);
      if (Date.now() < session.expiresAtMs) return this.resumed(cookies, session, []);
      return { state: 'unavailable', session: null, setCookies: [], cookieHeader: cookieHeaderAfter(cookies, []) };
    }
  }

  /** Stores the result of {@link resume} for a request of a framework. Each `Sessions` object knows only its own results. */
  remember(request: object, resumed: Resumed): void {
    this.requests.set(request, resumed);
  }

  /** Returns the stored result of a request; `null` if these sessions stored none. */
  resumedOf(request: object): Resumed | null {
    return this.requests.get(request) ?? null;
  }

  /**
   * Returns whether a request may change something: it has a safe method, comes from a page of this origin, or carries no session
   * cookie that another site could abuse.
   */
  isSameOrigin(request: Request): boolean {
    const isOwn = isFromSameOrigin(request.method, request.headers, this.origin);
    return isOwn || !this.cookies.hasSession(this.parse(request));
  }

  private actionOf(url: string): Action | null {
    const { pathname } = new URL(url);
    return ACTIONS.find((action) => pathname === this.settings.folder + action) ?? null;
  }

  private safePath(returnTo: string | null): string {
    return safeReturnTo(returnTo, this.origin, MAX_RETURN_CHARACTERS);
  }

  private parse(request: Request): CookieMap {
    return this.cookies.parse(request.headers);
  }

  private resumed(cookies: CookieMap, session: StoredSession | null, changes: readonly CookieChange[]): Resumed {
    return {
      state: session ? 'signed_in' : 'signed_out',
      session: session && shownSession(session),
      setCookies: this.cookies.lines(changes),
      cookieHeader: cookieHeaderAfter(cookies, changes),
    };
  }

  /** Hides the session from what runs after this request. Leaves the browser its cookies, which might be newer than the request's. */
  private withoutSession(cookies: CookieMap): Resumed {
    const cookieHeader = cookieHeaderAfter(cookies, this.cookies.deleteSession(cookies));
    return { state: 'signed_out', session: null, setCookies: [], cookieHeader };
  }

  private report(fault: unknown): void {
    try {
      this.settings.onFault?.(fault);
    } catch {
      // The callback must not affect the response.
    }
  }
}

/** Creates the sessions of an application. Sends no request. Errors: `ConfigurationError`, which says what to change. */
export function createSessions(options: SessionOptions): Sessions {
  return new Sessions(options);
}
