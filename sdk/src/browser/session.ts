import { refreshGrant } from '../auth/oauth.js';
import { safeReturnTo } from '../auth/return-to.js';
import { type TokenSet, tokenSetOf } from '../auth/token-set.js';
import type { TokenSource } from '../auth/token-source.js';
import { unauthenticated } from '../auth/token-sources.js';
import { CpodClient } from '../client.js';
import { LoginError } from '../errors.js';
import { type ConnectionOptions, type ConnectionSettings, connectionSettings } from '../settings.js';
import { type BrowserPage, currentPage } from './page.js';
import { isCallback, type LeftForSignIn, RedirectState } from './redirect-state.js';
import { failed, LOADING, type SessionState, signedIn, signedOut } from './session-state.js';
import type { SharedSession } from './shared-session.js';
import { SharedTokens } from './shared-tokens.js';

/** The options of a session. */
export interface BrowserSessionOptions extends ConnectionOptions {
  /** The ID of an app of type `spa`. */
  readonly clientId: string;
  /** The redirect URI, exactly as registered: by default, the root of the page's origin, such as `https://app.example.com/`. */
  readonly redirectUri?: string | undefined;
  /** Scopes in addition to `openid`, `profile`, `email` and `offline_access`, separated by spaces. The app must declare all of them. */
  readonly scope?: string | undefined;
  /**
   * A URI from `post_logout_redirect_uris` of the app. If set, signing out also ends the user's session at the platform, and then returns
   * to this URI. Otherwise, the user stays signed in at the platform, and the next sign-in does not ask for a password.
   */
  readonly postLogoutRedirectUri?: string | undefined;
}

/** The options of a sign-in. */
export interface SignInOptions {
  /** The path of this origin to return to: by default, the current address. */
  readonly returnTo?: string | undefined;
  /** `login` asks for the password even if the user is signed in at the platform. */
  readonly prompt?: 'login' | 'select_account' | undefined;
  /** The login name to show in the form. */
  readonly loginHint?: string | undefined;
}

const OWN_SCOPES = ['openid', 'profile', 'email', 'offline_access'];
/** Responses to `prompt=none` that require a page for the user (OpenID Connect Core §3.1.2.6). */
const NEEDS_PAGE = ['login_required', 'consent_required', 'interaction_required', 'account_selection_required'];

/**
 * The session of the user in a single-page app. Tokens exist only in the memory of the app's tabs, which share them. After a reload, the
 * session comes from another tab, or else from a redirect that shows no page (`prompt=none`). Create one session per page.
 */
export class BrowserSession {
  /** A client that acts as the user. Its calls throw a `LoginError` if nobody is signed in. */
  readonly client: CpodClient;
  readonly #options: BrowserSessionOptions;
  readonly #settings: ConnectionSettings;
  readonly #name: string;
  readonly #listeners = new Set<() => void>();
  readonly #getPage: () => BrowserPage;
  #tokens: SharedTokens | null = null;
  #state: SessionState = LOADING;
  #start: Promise<void> | null = null;

  /**
   * Does not access the page yet, so that it also works on a server.
   * @param getPage returns the page. Errors: `ConfigurationError` for invalid options.
   */
  constructor(options: BrowserSessionOptions, getPage: () => BrowserPage = currentPage) {
    this.#options = options;
    this.#settings = connectionSettings(options);
    this.#getPage = getPage;
    this.#name = `cpod ${this.#settings.issuer} ${options.clientId}`;
    const source: TokenSource = {
      token: async (signal) => this.shared().token(signal),
      refuse: (token) => this.shared().refuse(token),
    };
    this.client = new CpodClient(options, source, { clientId: options.clientId });
  }

  /** The current state: the same object until the state changes. */
  get state(): SessionState {
    return this.#state;
  }

  /** Calls a function after each change of the state. @returns a function that stops the calls. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Completes a sign-in that returns to this page, or restores the session. Further calls return the same promise. Never rejects: an error
   * becomes the state `error`.
   */
  start(): Promise<void> {
    this.#start ??= this.watchAndRestore().catch((fault: unknown) => this.set(failed(fault)));
    return this.#start;
  }

  /**
   * Sends the browser to the sign-in page. If `returnTo` is not a path of this origin, the browser returns to `/`. An error of the
   * connection becomes the state `error`.
   */
  async signIn({ returnTo, prompt, loginHint }: SignInOptions = {}): Promise<void> {
    const { location } = this.#getPage();
    const path = safeReturnTo(returnTo ?? pathOf(location.href), location.origin);
    this.set(LOADING);
    await this.leave({ returnTo: path, prompt, loginHint }).catch((fault: unknown) => this.set(failed(fault)));
  }

  /**
   * Signs the user out in all tabs, and revokes the tokens. With `postLogoutRedirectUri`, it also ends the session at the platform, even if
   * nobody is signed in here. If the platform is not available to revoke the tokens, the tabs forget them anyway.
   */
  async signOut(): Promise<void> {
    new RedirectState(this.#getPage(), this.#name).hasSignedIn = false;
    const tokens = await this.shared().end();
    this.set(signedOut(true));
    if (tokens) await this.client.revokeToken(tokens.refreshToken ?? tokens.accessToken).catch(() => undefined);
    const { clientId, postLogoutRedirectUri } = this.#options;
    if (postLogoutRedirectUri === undefined) return;
    const url = new URL(`${this.#settings.baseUrl}/v1/oauth/logout`);
    url.searchParams.set('client_id', clientId);
    url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
    if (tokens?.idToken !== undefined) url.searchParams.set('id_token_hint', tokens.idToken);
    this.#getPage().location.assign(url.href);
  }

  /** Returns an access token that is valid now, for calls outside the SDK. Errors: `LoginError` if nobody is signed in. */
  async accessToken(signal?: AbortSignal): Promise<string> {
    return this.shared().token(signal);
  }

  /** Forgets the tokens in this tab, and stops sharing them. For tests: a browser does this when it closes the page. */
  close(): void {
    this.#tokens?.close();
  }

  private async watchAndRestore(): Promise<void> {
    const page = this.#getPage();
    // The user returned from the sign-in page with the Back button.
    page.onResume(() => {
      if (this.#state.status === 'loading') this.restore(page).catch((fault: unknown) => this.set(failed(fault)));
    });
    await this.restore(page);
  }

  private async restore(page: BrowserPage): Promise<void> {
    const state = new RedirectState(page, this.#name);
    const left = state.take();
    if (isCallback(page.location.href, this.redirectUri(page))) {
      if (left) return this.finish(page, state, left);
      // A code without its sign-in: a reload during the exchange, or a link that someone made up.
      page.replaceUrl(new URL(this.redirectUri(page)).pathname);
    }
    if (await this.shared().join()) return;
    // An attempt that did not return would not return now either.
    if (state.hasSignedIn && left?.isSilent !== true) return this.leaveSilently(page);
    this.set(signedOut(false));
  }

  private async finish(page: BrowserPage, state: RedirectState, left: LeftForSignIn): Promise<void> {
    const callback = page.location.href;
    // The code must not remain in the history, whatever the outcome.
    page.replaceUrl(left.returnTo);
    try {
      const tokens = await CpodClient.exchangeCode(callback, left.pending, this.#options);
      const user = await CpodClient.fromToken(tokens.accessToken, this.#options).userinfo();
      state.hasSignedIn = true;
      await this.shared().begin(tokens, user);
    } catch (fault) {
      if (!left.isSilent || !(fault instanceof LoginError) || !NEEDS_PAGE.includes(fault.code)) throw fault;
      state.hasSignedIn = false;
      this.set(signedOut(false));
    }
  }

  private leaveSilently(page: BrowserPage): Promise<void> {
    return this.leave({ returnTo: pathOf(page.location.href), prompt: 'none' });
  }

  private async leave({
    returnTo,
    prompt,
    loginHint,
  }: Omit<SignInOptions, 'prompt'> & {
    readonly returnTo: string;
    readonly prompt?: 'none' | 'login' | 'select_account' | undefined;
  }): Promise<void> {
    const page = this.#getPage();
    const scope = [...new Set([...OWN_SCOPES, ...(this.#options.scope ?? '').split(' ').filter(Boolean)])].join(' ');
    const order = { clientId: this.#options.clientId, redirectUri: this.redirectUri(page), scope, prompt, loginHint };
    const { url, pending } = await CpodClient.beginLogin(order, this.#options);
    new RedirectState(page, this.#name).save({ pending, returnTo, isSilent: prompt === 'none' });
    page.location.assign(url);
  }

  private redirectUri({ location }: BrowserPage): string {
    return this.#options.redirectUri ?? `${location.origin}/`;
  }

  private shared(): SharedTokens {
    this.#tokens ??= new SharedTokens(
      this.#getPage(),
      this.#name,
      (tokens) => this.renew(tokens),
      (session) => this.onChange(session),
    );
    return this.#tokens;
  }

  private async renew(tokens: TokenSet): Promise<TokenSet> {
    const { refreshToken, idToken, idClaims } = tokens;
    if (refreshToken === undefined) throw new LoginError('login_required', 'The session has ended. Sign in again.');
    const askedAtMs = Date.now();
    const { clientId } = this.#options;
    const next = tokenSetOf(await refreshGrant(unauthenticated(this.#settings), { clientId }, refreshToken), askedAtMs);
    return { ...next, refreshToken: next.refreshToken ?? refreshToken, idToken: next.idToken ?? idToken, idClaims };
  }

  private onChange(session: SharedSession | null): void {
    if (session === null) return this.set(signedOut(true));
    // A renewal does not change the user: React need not render again.
    if (this.#state.status === 'signedIn' && this.#state.user.sub === session.user.sub) return;
    this.set(signedIn(session.user));
  }

  private set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Returns the path, query and fragment of an address. Encodes backslashes, which a query can contain but a path to return to cannot. */
function pathOf(href: string): string {
  const { pathname, search, hash } = new URL(href);
  return (pathname + search + hash).replaceAll('\\', '%5C');
}
