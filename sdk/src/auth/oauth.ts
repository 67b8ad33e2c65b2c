import type { TokenAnswer } from '../generated/schemas.js';
import type { CallOptions, Http } from '../http/http.js';
import { base64 } from './base64.js';

/** The credentials of a client. Without `clientSecret`, the client is public and sends only its ID. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
}

export type Form = Readonly<Record<string, string | undefined>>;

const TOKEN_PATH = '/v1/oauth/token';
/** The grant type of RFC 8693 §2.1, and the token type of an API key. */
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const API_KEY = 'urn:cpod:params:oauth:token-type:api_key';

/** Posts a form to an OAuth endpoint with the client's credentials. Omits `undefined` members. */
export function postForm<T>(
  http: Http,
  path: string,
  { clientId, clientSecret }: ClientCredentials,
  form: Form,
  { repeat, ...options }: CallOptions & { readonly repeat: 'always' | 'never' },
): Promise<T> {
  const isPublic = clientSecret === undefined;
  const all = Object.entries({ ...form, ...(isPublic ? { client_id: clientId } : {}) });
  const headers = isPublic ? {} : { authorization: basic(clientId, clientSecret) };
  const known = all.filter((member): member is [string, string] => member[1] !== undefined);
  const order = { method: 'POST', path, form: Object.fromEntries(known), headers, repeat, auth: 'none' } as const;
  return http.json<T>(order, options);
}

/** Requests a token for the app itself (RFC 6749 §4.4). */
export function clientCredentialsGrant(http: Http, client: ClientCredentials, scope?: string): Promise<TokenAnswer> {
  const form = { grant_type: 'client_credentials', scope };
  return postForm(http, TOKEN_PATH, client, form, { repeat: 'always' });
}

/** Exchanges an API key for a token (RFC 8693). The key is the only credential. */
export function apiKeyGrant(http: Http, apiKey: string, scope?: string): Promise<TokenAnswer> {
  const form = { grant_type: TOKEN_EXCHANGE, subject_token: apiKey, subject_token_type: API_KEY };
  const order = { method: 'POST', path: TOKEN_PATH, repeat: 'always', auth: 'none' } as const;
  return http.json({ ...order, form: scope === undefined ? form : { ...form, scope } });
}

/**
 * Refreshes a token (RFC 6749 §6). The request is retried, because the backend repeats its response within a grace period of a few seconds.
 */
export function refreshGrant(http: Http, client: ClientCredentials, refreshToken: string): Promise<TokenAnswer> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  return postForm(http, TOKEN_PATH, client, form, { repeat: 'always' });
}

/** Exchanges a code (RFC 6749 §4.1.3). The request is never retried, because the backend treats a code that is sent twice as stolen. */
export function codeGrant(
  http: Http,
  client: ClientCredentials,
  form: { readonly code: string; readonly redirectUri: string; readonly verifier: string },
  options: CallOptions,
): Promise<TokenAnswer> {
  const { code, redirectUri, verifier } = form;
  const members = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  return postForm(http, TOKEN_PATH, client, members, { ...options, repeat: 'never' });
}

/** Builds the `Authorization` header (RFC 6749 §2.3.1): each part is form-encoded before the two are joined. */
function basic(clientId: string, secret: string): string {
  const encoded = (part: string): string => encodeURIComponent(part).replaceAll('%20', '+');
  return `Basic ${base64(new TextEncoder().encode(`${encoded(clientId)}:${encoded(secret)}`))}`;
}
