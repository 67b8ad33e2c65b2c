import { ConfigurationError } from './errors.js';
import type { Fetch } from './http/http.js';

/** How a client is set up. One of `apiKey`, and `clientId` with `clientSecret`. */
export interface ClientOptions extends ConnectionOptions {
  /** `cpod_…`: exchanged for access tokens. */
  readonly apiKey?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** The scopes of the tokens, separated by spaces; by default those of the app. */
  readonly scope?: string | undefined;
}

/** Where the backend is, and how it is called. */
export interface ConnectionOptions {
  /** Of the backend; https, or http on this machine. `http://localhost:8000` by default. */
  readonly baseUrl?: string | undefined;
  /** As the metadata of the backend has it; `baseUrl` by default. */
  readonly issuer?: string | undefined;
  /** For each attempt, in milliseconds: 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is sent again at most, where that is safe: 2 by default. */
  readonly maxRetries?: number | undefined;
  /** More headers of each call, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Instead of the platform's. */
  readonly fetch?: Fetch | undefined;
  /** Allows secrets over http to another machine: for a private network only. */
  readonly allowInsecureHttp?: boolean | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_URL = 'http://localhost:8000';
const TIMEOUT_MS = 30_000;
const MAX_RETRIES = 2;
const OWN_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|.+\.localhost)$/;

/** The options that the environment names. Errors: `ConfigurationError` for credentials that are half there. */
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

/** Options as they are used: all there, and checked. */
export interface ConnectionSettings {
  readonly baseUrl: string;
  readonly issuer: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: Fetch;
}

/** Errors: `ConfigurationError` for what cannot work, with what to change. */
export function connectionSettings(options: ConnectionOptions): ConnectionSettings {
  const baseUrl = backendUrl(options.baseUrl ?? DEFAULT_URL, options.allowInsecureHttp === true);
  const { timeoutMs = TIMEOUT_MS, maxRetries = MAX_RETRIES, headers = {} } = options;
  if (!(timeoutMs > 0)) throw new ConfigurationError('timeoutMs must be more than 0.');
  if (!Number.isInteger(maxRetries) || maxRetries < 0) throw new ConfigurationError('maxRetries must be 0 or more.');
  // Looked up at each call, so that what instruments the platform's fetch later is used, and bound as it has to be.
  const fetch: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  return { baseUrl, issuer: options.issuer ?? baseUrl, timeoutMs, maxRetries, headers, fetch };
}

function backendUrl(text: string, mayBeInsecure: boolean): string {
  if (!URL.canParse(text)) throw new ConfigurationError(`The base URL "${text}" is no URL.`);
  const url = new URL(text);
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigurationError('The base URL has neither credentials nor a query.');
  }
  const isPrivate = url.protocol === 'http:' && (mayBeInsecure || OWN_HOST.test(url.hostname));
  if (url.protocol !== 'https:' && !isPrivate) {
    throw new ConfigurationError(
      `The base URL ${url.origin} must be https: tokens would go over the network in the clear (allowInsecureHttp).`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** Of Node and what is like it; a browser has none. */
function platformEnvironment(): Environment {
  return (globalThis as { readonly process?: { readonly env?: Environment } }).process?.env ?? {};
}
