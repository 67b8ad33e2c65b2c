import { ConfigurationError } from '../errors.js';
import { type ConnectionOptions, connectionSettings, OWN_HOST } from '../settings.js';

/** The options of server-side sessions. */
export interface SessionOptions extends ConnectionOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * The redirect URI, exactly as registered, such as `https://shop.example/auth/callback`. It defines the origin of the application,
   * and its folder contains the paths `sign-in`, `callback` and `sign-out`. It must be https, or http on this machine.
   */
  readonly redirectUri: string;
  /** The secrets that encrypt cookies, at least 32 random characters each: the current one, then previous ones that still open cookies. */
  readonly keys: readonly string[];
  /** Scopes separated by spaces: `openid offline_access` by default. `openid` is required. Without `offline_access` nothing is refreshed. */
  readonly scope?: string | undefined;
  /** The URL to return to after signing out, exactly as registered. By default, the platform's page ends the sign-out. */
  readonly postLogoutRedirectUri?: string | undefined;
  /** The maximum age of a session, in seconds: 30 days by default. */
  readonly absoluteSeconds?: number | undefined;
  /** The maximum time since the last refresh, in seconds: 7 days by default. A session never ends before its access token. */
  readonly idleSeconds?: number | undefined;
  /** Called with errors that do not reach the caller, such as a revocation that failed during a sign-out. */
  readonly onFault?: ((fault: unknown) => void) | undefined;
}

/** The options, complete and validated. */
export interface SessionSettings extends SessionOptions {
  readonly issuer: string;
  readonly scope: string;
  readonly absoluteSeconds: number;
  readonly idleSeconds: number;
  readonly origin: string;
  /** The path of the folder of the redirect URI, with a trailing slash. */
  readonly folder: string;
  readonly isSecure: boolean;
}

const DAY_SECONDS = 86_400;

/** Validates options and fills in defaults. Errors: `ConfigurationError`, which says what to change. */
export function sessionSettings(options: SessionOptions): SessionSettings {
  const { clientId, clientSecret, redirectUri, scope = 'openid offline_access' } = options;
  const { absoluteSeconds = 30 * DAY_SECONDS, idleSeconds = 7 * DAY_SECONDS } = options;
  if (!clientId || !clientSecret) throw new ConfigurationError('Sessions need "clientId" and "clientSecret".');
  if (!scope.split(' ').includes('openid'))
    throw new ConfigurationError('The scope of sessions must include "openid".');
  if (!(absoluteSeconds > 0 && idleSeconds > 0)) {
    throw new ConfigurationError('"absoluteSeconds" and "idleSeconds" must be more than 0.');
  }
  if (!URL.canParse(redirectUri)) throw new ConfigurationError(`The redirect URI "${redirectUri}" is not a URL.`);
  const { protocol, hostname, origin, pathname } = new URL(redirectUri);
  const isSecure = protocol === 'https:';
  if (!isSecure && !(protocol === 'http:' && OWN_HOST.test(hostname))) {
    throw new ConfigurationError(`The redirect URI "${redirectUri}" must be https, or http on this machine.`);
  }
  if (!pathname.endsWith('/callback')) {
    throw new ConfigurationError(`The path of the redirect URI "${redirectUri}" must end with "/callback".`);
  }
  const folder = pathname.slice(0, -'callback'.length);
  const { issuer } = connectionSettings(options);
  return { ...options, issuer, scope, absoluteSeconds, idleSeconds, origin, folder, isSecure };
}
