import { ConfigurationError } from '../errors.js';
import type { TokenAnswer } from '../generated/schemas.js';
import { Http, type HttpSettings } from '../http/http.js';
import type { ClientOptions } from '../settings.js';
import { apiKeyGrant, type ClientCredentials, clientCredentialsGrant, refreshGrant } from './oauth.js';
import { FixedToken, type IssuedToken, NoToken, RenewedToken, type TokenSource } from './token-source.js';
import { type TokenSet, tokenSetOf } from './token-set.js';

const NONE =
  'Credentials are missing: set CPOD_API_KEY, or CPOD_CLIENT_ID and CPOD_CLIENT_SECRET, or use CpodClient.fromToken.';

/** Returns a transport for calls that carry their own credentials, such as token requests. */
export function unauthenticated(settings: HttpSettings): Http {
  return new Http(settings, new NoToken(new ConfigurationError(NONE)));
}

/**
 * Returns the token source for an app. Errors: `ConfigurationError` if credentials are missing or incomplete, or if both kinds are set.
 */
export function appTokens(settings: HttpSettings, options: ClientOptions): TokenSource {
  const { apiKey, clientId, clientSecret, scope } = options;
  const http = unauthenticated(settings);
  if (apiKey !== undefined) {
    if (clientSecret !== undefined) throw new ConfigurationError('Set an API key or a client secret, not both.');
    return new RenewedToken(async () => issued(await apiKeyGrant(http, apiKey, scope)));
  }
  if (clientId === undefined && clientSecret === undefined) throw new ConfigurationError(NONE);
  if (clientId === undefined || clientSecret === undefined) {
    throw new ConfigurationError('Set both a client ID and a client secret; one of them is missing.');
  }
  return new RenewedToken(async () => issued(await clientCredentialsGrant(http, { clientId, clientSecret }, scope)));
}

/** Options for the tokens of a signed-in user. */
export interface UserTokenOptions {
  /** The client to which the refresh token was issued; needed for renewal. */
  readonly client?: ClientCredentials | undefined;
  /**
   * Called at each renewal before the new token is used. Replace the stored token set with the new one: its old refresh token is no
   * longer valid. If the callback throws, the call that needed the token fails.
   */
  readonly onTokens?: ((tokens: TokenSet) => void | Promise<void>) | undefined;
}

/** Returns a user's tokens. Renews them if there are a refresh token and its client; otherwise, uses them as is. */
export function userTokens(settings: HttpSettings, tokens: TokenSet, options: UserTokenOptions): TokenSource {
  const { client, onTokens } = options;
  if (client === undefined || tokens.refreshToken === undefined) return new FixedToken(tokens.accessToken);
  const http = unauthenticated(settings);
  let { refreshToken } = tokens;
  const renew = async (): Promise<IssuedToken> => {
    const answer = await refreshGrant(http, client, refreshToken);
    refreshToken = answer.refresh_token ?? refreshToken;
    await onTokens?.({ ...tokenSetOf(answer, Date.now()), refreshToken });
    return issued(answer);
  };
  const leftSeconds = (Date.parse(tokens.expiresAt) - Date.now()) / 1000;
  return new RenewedToken(renew, { token: tokens.accessToken, expiresInSeconds: Math.max(0, leftSeconds) });
}

function issued(answer: TokenAnswer): IssuedToken {
  return { token: answer.access_token, expiresInSeconds: answer.expires_in };
}
