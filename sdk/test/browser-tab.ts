import type { BrowserPage, PageStorage } from '../src/browser.js';
import { BrowserSession } from '../src/browser.js';

const BASE_URL = 'https://platform.example';
export const ORIGIN = 'https://app.example';

class MemoryStorage implements PageStorage {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

/** A platform with one user. It issues numbered tokens and refuses a refresh token that it has already replaced. */
export class TestPlatform {
  readonly requests: string[] = [];
  expiresInSeconds = 600;
  isUserSignedIn = true;
  isAvailable = true;
  private issued = 0;
  private current = '';
  private nonce = '';

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (!this.isAvailable) throw new TypeError('fetch failed');
    const { pathname } = new URL(String(input instanceof Request ? input.url : input));
    const form = new URLSearchParams(
      init?.body instanceof URLSearchParams ? init.body : typeof init?.body === 'string' ? init.body : '',
    );
    this.requests.push(form.has('grant_type') ? `${pathname} ${form.get('grant_type')}` : pathname);
    if (pathname.endsWith('/openid-configuration')) {
      return Response.json({ issuer: BASE_URL, authorization_endpoint: `${BASE_URL}/oauth/authorize` });
    }
    if (pathname === '/v1/oauth/userinfo') return Response.json({ sub: 'usr-1', name: 'Ada' });
    if (pathname === '/v1/oauth/revoke') return this.revoke(form);
    return pathname === '/v1/oauth/token' ? this.token(form) : new Response(null, { status: 404 });
  };

  /** Answers an authorization request as the sign-in page would. @returns the address to which the browser returns. */
  authorize(address: string): string {
    const asked = new URL(address).searchParams;
    this.nonce = asked.get('nonce') ?? '';
    const isRefused = asked.get('prompt') === 'none' && !this.isUserSignedIn;
    const answer = isRefused ? { error: 'login_required' } : { code: `code-${this.issued}` };
    const members = new URLSearchParams({ ...answer, state: asked.get('state') ?? '', iss: BASE_URL });
    return `${asked.get('redirect_uri')}?${members}`;
  }

  count(request: string): number {
    return this.requests.filter((one) => one === request).length;
  }

  private token(form: URLSearchParams): Response {
    const old = form.get('refresh_token');
    if (old !== null && old !== this.current) {
      this.current = '';
      return Response.json({ error: 'invalid_grant', error_description: 'The token is not valid.' }, { status: 400 });
    }
    this.issued += 1;
    this.current = `refresh-${this.issued}`;
    const tokens = { access_token: `access-${this.issued}`, refresh_token: this.current, id_token: this.idToken() };
    return Response.json({ ...tokens, token_type: 'Bearer', expires_in: this.expiresInSeconds, scope: 'openid' });
  }

  private revoke(form: URLSearchParams): Response {
    if (form.get('token') === this.current) this.current = '';
    return new Response(null, { status: 200 });
  }

  private idToken(): string {
    const claims = { iss: BASE_URL, aud: 'app-board', exp: Date.now() / 1000 + 600, nonce: this.nonce, sub: 'usr-1' };
    return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  }
}

/** A browser with tabs of the app. Its locks and channels are those of Node, in which each tab has its own. */
export class TestBrowser {
  readonly localStorage = new MemoryStorage();
  private readonly sessions: BrowserSession[] = [];

  constructor(readonly platform: TestPlatform) {}

  open(href = `${ORIGIN}/`): TestTab {
    return new TestTab(this, href);
  }

  session(page: BrowserPage, options: { readonly postLogoutRedirectUri?: string }): BrowserSession {
    const { fetch } = this.platform;
    const connection = { clientId: 'app-board', baseUrl: BASE_URL, fetch, maxRetries: 0 };
    const session = new BrowserSession({ ...connection, ...options }, () => page);
    this.sessions.push(session);
    return session;
  }

  close(): void {
    for (const session of this.sessions) session.close();
  }
}

export class TestTab {
  readonly sessionStorage = new MemoryStorage();
  readonly visited: string[] = [];
  session: BrowserSession;
  options: { readonly postLogoutRedirectUri?: string } = {};
  private resume: (() => void) | null = null;

  constructor(
    private readonly browser: TestBrowser,
    public href: string,
  ) {
    this.session = browser.session(this.page(), this.options);
  }

  /** Loads an address in this tab: the memory of the previous page is lost. */
  async load(href: string): Promise<void> {
    this.session.close();
    this.href = href;
    this.session = this.browser.session(this.page(), this.options);
    await this.session.start();
  }

  /** Follows the last redirect to the platform, and loads the page to which it returns. */
  async followRedirect(): Promise<void> {
    await this.load(this.browser.platform.authorize(this.visited.at(-1) ?? ''));
  }

  async signIn(returnTo?: string): Promise<void> {
    await this.session.start();
    await this.session.signIn({ returnTo });
    await this.followRedirect();
  }

  goBack(): void {
    this.resume?.();
  }

  private page(): BrowserPage {
    const currentHref = (): string => this.href;
    return {
      location: {
        get href() {
          return currentHref();
        },
        origin: ORIGIN,
        assign: (url) => void this.visited.push(url),
      },
      sessionStorage: this.sessionStorage,
      localStorage: this.browser.localStorage,
      locks: navigator.locks,
      openChannel: (name) => new BroadcastChannel(name),
      onResume: (resume) => void (this.resume = resume),
      replaceUrl: (path) => void (this.href = new URL(path, ORIGIN).href),
    };
  }
}
