import { beginLogin, type BegunLogin, discover, exchangeCode, type PendingLogin } from '../auth/login.js';
import { postForm, refreshGrant } from '../auth/oauth.js';
import { type TokenSet, tokenSetOf } from '../auth/token-set.js';
import { unauthenticated } from '../auth/token-sources.js';
import { CpodClient } from '../client.js';
import { LoginError } from '../errors.js';
import type { Http } from '../http/http.js';
import { connectionSettings } from '../settings.js';
import type { SessionSettings } from './options.js';
import type { Session } from './session.js';

/** The platform as the identity provider of one application. */
export class Provider {
  private readonly http: Http;

  constructor(private readonly settings: SessionSettings) {
    this.http = unauthenticated(connectionSettings(settings));
  }

  beginLogin(): Promise<BegunLogin> {
    const { clientId, redirectUri, scope } = this.settings;
    return beginLogin(this.http, this.settings.issuer, { clientId, redirectUri, scope }, {});
  }

  /** Exchanges the code of a callback. Errors: `LoginError` for a response that is a refusal or does not belong to this sign-in. */
  exchange(callbackUrl: URL, pending: PendingLogin): Promise<TokenSet> {
    return exchangeCode(this.http, callbackUrl, pending, this.client(), {});
  }

  /** Returns the claims about the user. Errors: `LoginError` if they are about somebody else (OpenID Connect Core §5.3.2). */
  async userOf(tokens: TokenSet): Promise<Session['user']> {
    const { sub, ...claims } = tokens.idClaims ?? {};
    if (typeof sub !== 'string') throw new LoginError('id_token_invalid', 'The ID token names no subject.');
    const { tenant_id, auth_time, amr } = claims;
    const own = { sub, tenant_id, auth_time, amr };
    if (!tokens.scope.split(' ').some((scope) => scope === 'profile' || scope === 'email')) return own;
    const info = await CpodClient.fromToken(tokens.accessToken, this.settings).userinfo();
    if (info.sub !== sub) throw new LoginError('id_token_invalid', 'The user information is about a different user.');
    return { ...own, ...info };
  }

  async refresh(refreshToken: string): Promise<TokenSet> {
    return tokenSetOf(await refreshGrant(this.http, this.client(), refreshToken), Date.now());
  }

  /** Revokes a refresh token with all tokens from the same sign-in (RFC 7009). */
  revoke(token: string): Promise<void> {
    return postForm(this.http, '/v1/oauth/revoke', this.client(), { token }, { repeat: 'always' });
  }

  /** Returns the URL that ends the platform's session (RP-Initiated Logout §2); `null` if the platform offers none. */
  async signOutUrl(idToken: string | null): Promise<string | null> {
    const { end_session_endpoint: endpoint } = await discover(this.http, this.settings.issuer, {});
    if (endpoint === undefined) return null;
    const { clientId, postLogoutRedirectUri } = this.settings;
    const url = new URL(endpoint);
    url.searchParams.set('client_id', clientId);
    if (idToken !== null) url.searchParams.set('id_token_hint', idToken);
    if (postLogoutRedirectUri !== undefined) url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
    return url.href;
  }

  private client(): { readonly clientId: string; readonly clientSecret: string } {
    const { clientId, clientSecret } = this.settings;
    return { clientId, clientSecret };
  }
}
