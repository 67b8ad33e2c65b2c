import { cookieHeaderAfter, parseCookies } from '../../sdk/src/session/cookies.js';
import { sessionSettings } from '../../sdk/src/session/options.js';
import type { StoredSession } from '../../sdk/src/session/session.js';
import { SessionCookies } from '../../sdk/src/session/session-cookies.js';
import { CookieBrowser, type PageAnswer } from './browser-form';
import type { ExampleApp } from './example-app';
import { freePorts } from './free-ports';
import { type Visitor, walk } from './sign-in-walk';

/** The key of the cookies in the tests of the examples. */
const SESSION_KEY = 'a key of the examples with 32 characters';

/** Two processes of an example behind one origin, and browsers at it. */
export class SessionExample {
  private constructor(
    private readonly example: ExampleApp,
    /** Opens and seals cookies with the settings of the example. */
    private readonly sealed: SessionCookies,
    /** The address of each process. The first one is the origin. */
    readonly homes: readonly [string, string],
  ) {}

  /** @param program the program to start, with its arguments; `{port}` in an argument is the port of the process. */
  static async start(
    example: ExampleApp,
    homes: readonly [string, string],
    program: readonly string[],
    environment: Readonly<Record<string, string>>,
    word: string,
  ): Promise<SessionExample> {
    for (const home of homes) {
      const { port } = new URL(home);
      const [file = '', ...args] = program.map((one) => one.replaceAll('{port}', port));
      await example.serve(
        file,
        { ...environment, PORT: port, ORIGIN: homes[0], CPOD_SESSION_KEYS: SESSION_KEY },
        word,
        args,
      );
    }
    const settings = sessionSettings({
      baseUrl: environment['CPOD_BASE_URL'],
      clientId: environment['CPOD_CLIENT_ID'] ?? '',
      clientSecret: environment['CPOD_CLIENT_SECRET'] ?? '',
      redirectUri: `${homes[0]}/auth/callback`,
      keys: [SESSION_KEY],
    });
    return new SessionExample(example, new SessionCookies(settings), homes);
  }

  /** Returns the addresses of two processes that are not started yet. */
  static async homes(): Promise<readonly [string, string]> {
    const [one = 0, other = 0] = await freePorts(2);
    return [`http://127.0.0.1:${one}`, `http://127.0.0.1:${other}`];
  }

  get origin(): string {
    return this.homes[0];
  }

  /** Signs a visitor in, from the page that needs a session. Returns the browser and the page at which the sign-in ends. */
  async signIn(visitor: Visitor, pages: string): Promise<{ readonly browser: CookieBrowser; readonly end: string }> {
    const browser = new CookieBrowser(this.origin);
    const first = await browser.get('/projects', { accept: 'text/html' });
    const start = await browser.get(first.headers.get('location') ?? '');
    const platform = new CookieBrowser(pages);
    const callback = await walk(
      platform,
      new URL(start.headers.get('location') ?? ''),
      visitor,
      `${this.origin}/auth/callback`,
    );
    const signedIn = await browser.get(callback.pathname + callback.search);
    return { browser, end: signedIn.headers.get('location') ?? '' };
  }

  /**
   * Sends 20 requests with the same cookies at the same time, alternately to both processes. Returns the pages, each with the cookies
   * that the browser has after it.
   */
  at20Renders(path: string, cookies: ReadonlyMap<string, string>): Promise<readonly (PageAnswer & Rendered)[]> {
    return Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const browser = new CookieBrowser(this.homes[at % 2] ?? this.origin);
        for (const [name, value] of cookies) browser.plant(name, value);
        return { ...(await browser.get(path, { accept: 'text/html' })), cookies: browser.cookies };
      }),
    );
  }

  /** Returns the session in the cookies of a browser. Throws if there is none. */
  async sessionIn(cookies: ReadonlyMap<string, string>): Promise<StoredSession> {
    const session = await this.sealed.readSession(cookies, Date.now());
    if (!session) throw new Error(`There is no session in the cookies ${[...cookies.keys()].join(', ')}.`);
    return session;
  }

  /** Changes the session in a browser, such that its access token has expired. */
  async expire(browser: CookieBrowser): Promise<void> {
    for (const [name, value] of await this.withExpiredToken(browser.cookies)) browser.plant(name, value);
  }

  /** Returns the cookies that a real browser has to store to find that its access token has expired. */
  async expiredCookies(
    cookies: readonly { readonly name: string; readonly value: string }[],
  ): Promise<{ name: string; value: string; url: string; httpOnly: true; sameSite: 'Lax' }[]> {
    const changed = await this.withExpiredToken(new Map(cookies.map(({ name, value }) => [name, value])));
    return [...changed].map(([name, value]) => ({ name, value, url: this.origin, httpOnly: true, sameSite: 'Lax' }));
  }

  /** Returns the cookies of the same session after its access token has expired. */
  private async withExpiredToken(cookies: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    const past = Date.now() - 1000;
    const session = { ...(await this.sessionIn(cookies)), expiresAtMs: past, refreshAtMs: past };
    return parseCookies(cookieHeaderAfter(new Map(), await this.sealed.writeSession(cookies, session, Date.now())));
  }

  remove(): Promise<void> {
    return this.example.remove();
  }
}

interface Rendered {
  readonly cookies: ReadonlyMap<string, string>;
}
