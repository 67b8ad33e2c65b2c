import type { SessionOptions } from '../src/session/options.js';
import { createSessions, type Sessions } from '../src/session/sessions.js';
import { sendError, sendJson, StandIn } from './stand-in.js';

export const ORIGIN = 'https://shop.example';
export const KEY = 'k'.repeat(32);

/** A browser that applies `Set-Cookie` lines and returns them with each request. */
export class Jar {
  readonly cookies = new Map<string, string>();
  readonly lines: string[] = [];

  apply(lines: readonly string[]): void {
    this.lines.push(...lines);
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  get header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  request(path: string, init: RequestInit = {}): Request {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) headers.set('cookie', this.header);
    return new Request(`${ORIGIN}${path}`, { ...init, headers });
  }
}

/** An application with sessions, and a stand-in for the platform whose refresh tokens rotate. */
export class SessionWorld {
  readonly faults: unknown[] = [];
  refreshes = 0;
  /** The lifetime of the access tokens, in seconds. 0: every request finds an expired token. */
  tokenSeconds = 3600;
  /** The response to a refresh; `null` for new tokens. */
  refusal: { readonly status: number; readonly error: string } | null = null;
  nonce = '';

  private constructor(readonly backend: StandIn) {
    backend.answer = (seen, response) => {
      if (seen.path === '/v1/oauth/revoke') return sendJson(response, 200, {});
      if (seen.path === '/v1/oauth/userinfo') return sendJson(response, 200, { sub: 'usr-1', name: 'Ada' });
      const endpoint = (name: string): string => `${backend.url}/${name}`;
      sendJson(response, 200, {
        issuer: backend.url,
        authorization_endpoint: endpoint('authorize'),
        end_session_endpoint: endpoint('logout'),
      });
    };
    backend.answerToken = (seen, response) => {
      const form = new URLSearchParams(seen.body);
      if (form.get('grant_type') === 'refresh_token') {
        this.refreshes += 1;
        if (this.refusal) return sendError(response, this.refusal.status, this.refusal.error);
      }
      const claims = { iss: backend.url, aud: 'app-shop', exp: Date.now() / 1000 + 60, nonce: this.nonce };
      const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'usr-1' })).toString('base64url');
      sendJson(response, 200, {
        access_token: `at-${this.refreshes}`,
        refresh_token: `rt-${this.refreshes}`,
        id_token: `e30.${payload}.sig`,
        token_type: 'Bearer',
        expires_in: this.tokenSeconds,
        scope: 'openid profile offline_access',
      });
    };
  }

  static async open(): Promise<SessionWorld> {
    return new SessionWorld(await StandIn.open());
  }

  sessions(options: Partial<SessionOptions> = {}): Sessions {
    return createSessions({
      clientId: 'app-shop',
      clientSecret: 'cs_1',
      redirectUri: `${ORIGIN}/auth/callback`,
      keys: [KEY],
      baseUrl: this.backend.url,
      maxRetries: 0,
      onFault: (fault) => this.faults.push(fault),
      ...options,
    });
  }

  /** Holds the response to the next token request. @returns a promise of that request, and a function that releases the response. */
  holdTokens(): { readonly asked: Promise<void>; readonly release: () => void } {
    const { answerToken } = this.backend;
    let release = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      this.backend.answerToken = (seen, response) => {
        this.backend.answerToken = answerToken;
        release = () => answerToken(seen, response);
        resolve();
      };
    });
    return { asked, release: () => release() };
  }

  /** Begins a sign-in in a browser. @returns the path of the callback with a code. */
  async begin(sessions: Sessions, jar: Jar, returnTo = '/orders?page=2'): Promise<string> {
    const answer = await sessions.signIn(jar.request(sessions.signInPath(returnTo)));
    jar.apply(answer.headers.getSetCookie());
    const asked = new URL(answer.headers.get('location') ?? '').searchParams;
    this.nonce = asked.get('nonce') ?? '';
    const query = new URLSearchParams({ code: 'ac', state: asked.get('state') ?? '', iss: this.backend.url });
    return `/auth/callback?${query}`;
  }

  /** Signs a browser in. */
  async signIn(sessions: Sessions, jar = new Jar()): Promise<Jar> {
    const answer = await sessions.callback(jar.request(await this.begin(sessions, jar)));
    jar.apply(answer.headers.getSetCookie());
    return jar;
  }
}
