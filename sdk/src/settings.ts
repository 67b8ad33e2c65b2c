import { ConfigurationError } from './errors.js';
import { type Fetch, type Middleware, withMiddleware } from './http/middleware.js';

/** The client options. Set either `apiKey`, or `clientId` and `clientSecret`. */
export interface ClientOptions extends ConnectionOptions {
  /** An API key, `cpod_…`, which is exchanged for access tokens. */
  readonly apiKey?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** The scopes of the tokens, separated by spaces; the app's default scopes if omitted. */
  readonly scope?: string | undefined;
}

/** The connection to the backend. */
export interface ConnectionOptions {
  /** The backend's URL: https, or http on this machine. `http://localhost:8000` by default. */
  readonly baseUrl?: string | undefined;
  /** The issuer in the backend's metadata; `baseUrl` by default. */
  readonly issuer?: string | undefined;
  /** The time limit for each attempt, in milliseconds: 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** The maximum number of retries, where a retry is safe: 2 by default. */
  readonly maxRetries?: number | undefined;
  /** Additional headers for each call, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Functions around each attempt of each call, including token requests, outermost first: for logs, traces and headers. */
  readonly middleware?: readonly Middleware[] | undefined;
  /** Allows sending secrets over http to a different machine. Use it only on a private network. */
  readonly allowInsecureHttp?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = 'http://localhost:8000';
const TIMEOUT_MS = 30_000;
const MAX_RETRIES = 2;
/** Host names that belong to this machine. */
export const OWN_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|.+\.localhost)$/;

/** Reads the options from the environment. */
export function optionsFromEnv(environment: Environment = platformEnvironment()): ClientOptions {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    apiKey: read('CPOD_API_KEY'),
    clientId: read('CPOD_CLIENT_ID'),
    clientSecret: read('CPOD_CLIENT_SECRET'),
    scope: read('CPOD_SCOPE'),
    baseUrl: read('CPOD_BASE_URL'),
    issuer: read('CPOD_ISSUER'),
    allowInsecureHttp: read('CPOD_ALLOW_INSECURE_HTTP') === 'true',
  };
}

/** The connection options, complete and validated. */
export interface ConnectionSettings {
  readonly baseUrl: string;
  readonly issuer: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

/** Validates options and fills in defaults. Errors: `ConfigurationError`, which says what to change. */
export function connectionSettings(options: ConnectionOptions): ConnectionSettings {
  const baseUrl = backendUrl(options.baseUrl ?? DEFAULT_URL, options.allowInsecureHttp === true);
  const { timeoutMs = TIMEOUT_MS, maxRetries = MAX_RETRIES, headers = {} } = options;
  if (!(timeoutMs > 0)) throw new ConfigurationError('timeoutMs must be more than 0.');
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw new ConfigurationError('maxRetries must be 0 or more.');
  // `fetch` is looked up on each call, so that later instrumentation of the platform's fetch applies, and is called with the right `this`.
  const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const settings = { baseUrl, issuer: options.issuer ?? baseUrl, timeoutMs, maxRetries, headers };
  return { ...settings, fetch: withMiddleware(fetch, options.middleware ?? []) };
}

function backendUrl(text: string, mayBeInsecure: boolean): string {
  if (!URL.canParse(text)) throw new ConfigurationError(`The base URL "${text}" is not a URL.`);
  const url = new URL(text);
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError('The base URL must not contain credentials, a query or a fragment.');
  }
  const isPrivate = url.protocol === 'http:' && (mayBeInsecure || OWN_HOST.test(url.hostname));
  if (url.protocol !== 'https:' && !isPrivate) {
    throw new ConfigurationError(
      `The base URL ${url.origin} must be https: http sends tokens unencrypted (allowInsecureHttp).`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Returns the environment of Node and compatible platforms; a browser has no environment. */
function platformEnvironment(): Environment {
  return (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};
}
