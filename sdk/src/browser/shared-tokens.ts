import { RenewedToken, type IssuedToken, type TokenSource } from '../auth/token-source.js';
import type { TokenSet } from '../auth/token-set.js';
import { ApiError, ConnectionError, LoginError } from '../errors.js';
import type { Userinfo } from '../generated/schemas.js';
import type { BrowserPage } from './page.js';
import type { SharedSession, TabMessage } from './shared-session.js';
import { Tabs } from './tabs.js';

/** The time in which a tab with newer tokens must respond. */
const RESPONSE_MS = 5_000;

/** Renews tokens. Errors: `LoginError`, or `ApiError` with the code `invalid_grant`, if the session cannot be renewed anymore. */
export type Renew = (tokens: TokenSet) => Promise<TokenSet>;

/**
 * The tokens of an app, in the memory of its tabs and nowhere else. Refresh tokens rotate, and a refresh token that is used twice revokes the
 * session (RFC 9700 §4.14.2). Therefore, only the tab that holds the lock renews them, after it has the newest ones.
 */
export class SharedTokens implements TokenSource {
  readonly #tabs: Tabs;
  #session: SharedSession | null = null;
  #source: RenewedToken | null = null;
  /** The number up to which sessions have ended. Tokens with such a number may still arrive from a tab that does not know it yet. */
  #endedAt = 0;
  readonly #waiting = new Set<() => void>();

  /** @param onChange called with the session after it begins, is renewed, or ends (`null`). */
  constructor(
    page: BrowserPage,
    name: string,
    private readonly renewTokens: Renew,
    private readonly onChange: (session: SharedSession | null) => void,
  ) {
    this.#tabs = new Tabs(page, name, (message) => this.receive(message));
  }

  async token(signal?: AbortSignal): Promise<string> {
    if (this.#source === null) throw new LoginError('login_required', 'No user is signed in.');
    const token = await this.#source.token(signal);
    // The session may have ended meanwhile, with a token that is otherwise still valid.
    if (this.#source === null) throw ended();
    return token;
  }

  refuse(token: string): boolean {
    return this.#source?.refuse(token) ?? false;
  }

  /** Gets the session from another tab. @returns whether there is one. */
  async join(): Promise<boolean> {
    // Without an answer, this tab can still sign in on its own.
    await this.#tabs.exclusive(() => this.catchUp()).catch(() => undefined);
    return this.#session !== null;
  }

  /** Begins a session in all tabs. */
  begin(tokens: TokenSet, user: Userinfo): Promise<void> {
    return this.#tabs.exclusive(() => this.publish(tokens, user));
  }

  /** Ends the session in all tabs. @returns its tokens, to revoke them; `null` if there was no session. */
  end(): Promise<TokenSet | null> {
    // Under the lock, so that no tab renews the tokens at the same time and publishes new ones afterward.
    return this.#tabs.exclusive(async () => {
      await this.catchUp().catch(() => undefined);
      const tokens = this.#session?.tokens ?? null;
      this.publishEnd(await this.#tabs.newest());
      return tokens;
    });
  }

  /** Forgets the tokens in this tab only. */
  close(): void {
    this.#tabs.close();
    [this.#session, this.#source] = [null, null];
  }

  private async renew(from: SharedSession): Promise<IssuedToken> {
    return this.#tabs.exclusive(async () => {
      await this.catchUp();
      const session = this.#session;
      if (session === null) throw ended();
      // Another tab renewed them while this tab waited for the lock.
      const known = issued(session.tokens);
      if (session.number > from.number && known.expiresInSeconds > 0) return known;
      return issued(await this.renewNow(session));
    });
  }

  private async renewNow({ number, tokens, user }: SharedSession): Promise<TokenSet> {
    try {
      const next = await this.renewTokens(tokens);
      await this.publish(next, user);
      return next;
    } catch (fault) {
      const hasEnded = fault instanceof LoginError || (fault instanceof ApiError && fault.code === 'invalid_grant');
      if (!hasEnded) throw fault;
      this.publishEnd(number);
      throw ended();
    }
  }

  /** Waits for the tokens of the tab that has the newest ones. Errors: `ConnectionError` if it does not respond. */
  private async catchUp(): Promise<void> {
    for (;;) {
      const newest = await this.#tabs.newest();
      if (newest <= this.knownNumber()) return;
      await this.receiveOrLose(newest);
    }
  }

  /** Waits until the tokens with this number arrive, or until the tabs that have them are closed. */
  private async receiveOrLose(number: number): Promise<void> {
    const stop = new AbortController();
    const check = (): void => {
      if (this.knownNumber() >= number) stop.abort();
    };
    this.#waiting.add(check);
    this.#tabs.post({ type: 'ask' });
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(RESPONSE_MS)]);
      await this.#tabs.untilReleased(number, signal);
    } catch (cause) {
      if (!stop.signal.aborted)
        throw new ConnectionError('Another tab has newer tokens and does not respond.', { cause });
    } finally {
      this.#waiting.delete(check);
    }
  }

  private async publish(tokens: TokenSet, user: Userinfo): Promise<void> {
    const newest = await this.#tabs.newest();
    const session = { number: Math.max(Date.now(), newest + 1, this.knownNumber() + 1), tokens, user };
    // Other tabs must see the number before this tab leaves the lock.
    await this.adopt(session);
    this.#tabs.post({ type: 'session', session });
  }

  private publishEnd(number: number): void {
    const endedAt = Math.max(number, this.knownNumber());
    this.#tabs.post({ type: 'ended', number: endedAt });
    this.endUpTo(endedAt);
  }

  private receive(message: TabMessage): void {
    if (message.type === 'ask' && this.#session) this.#tabs.post({ type: 'session', session: this.#session });
    if (message.type === 'ended') this.endUpTo(message.number);
    if (message.type === 'session' && message.session.number > this.knownNumber()) {
      // A page that is being closed gets no lock, and does not need one.
      this.adopt(message.session).catch(() => undefined);
    }
    for (const check of this.#waiting) check();
  }

  private adopt(session: SharedSession): Promise<void> {
    this.#session = session;
    this.#source = new RenewedToken(() => this.renew(session), issued(session.tokens));
    this.onChange(session);
    return this.#tabs.hold(session.number);
  }

  private endUpTo(number: number): void {
    this.#endedAt = Math.max(this.#endedAt, number);
    if (this.#session === null || this.#session.number > number) return;
    [this.#session, this.#source] = [null, null];
    this.#tabs.release();
    this.onChange(null);
  }

  private knownNumber(): number {
    return Math.max(this.#session?.number ?? 0, this.#endedAt);
  }
}

function issued({ accessToken, expiresAt }: TokenSet): IssuedToken {
  return { token: accessToken, expiresInSeconds: Math.max(0, (Date.parse(expiresAt) - Date.now()) / 1000) };
}

function ended(): LoginError {
  return new LoginError('login_required', 'The session has ended. Sign in again.');
}
