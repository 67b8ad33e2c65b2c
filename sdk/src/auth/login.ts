import { LoginError } from '../errors.js';
import type { TokenAnswer } from '../generated/schemas.js';
import type { CallOptions, Http } from '../http/http.js';
import { isRecord } from '../http/read-error.js';
import { base64Url, fromBase64, isSame } from './base64.js';
import { type ClientCredentials, codeGrant } from './oauth.js';
import { type TokenSet, tokenSetOf } from './token-set.js';

/** The parameters of a sign-in. */
export interface LoginOrder {
  readonly clientId: string;
  /** The redirect URI, exactly as registered. */
  readonly redirectUri: string;
  /** Scopes separated by spaces; `openid` for an ID token, `offline_access` for a refresh token. */
  readonly scope: string;
  /** `login` asks the user for the password again; `none` shows no page. */
  readonly prompt?: 'none' | 'login' | 'consent' | 'select_account' | undefined;
  /** The maximum time in seconds since the user authenticated. */
  readonly maxAgeSeconds?: number | undefined;
  /** The login name to show in the form. */
  readonly loginHint?: string | undefined;
}

/**
 * The state that ties a sign-in to its response. Store it where only this browser's user has access (`sessionStorage`, a server-side
 * session, or a sealed cookie that is `HttpOnly` and `SameSite=Lax`) until the browser returns, and then delete it.
 */
export interface PendingLogin {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  /** The PKCE code verifier (RFC 7636); a secret. */
  readonly verifier: string;
  readonly expectsIdToken: boolean;
}

/** A sign-in in progress. */
export interface BegunLogin {
  /** The URL to send the browser to. */
  readonly url: string;
  readonly pending: PendingLogin;
}

/** The metadata of the issuer, as far as the SDK uses it. */
export interface Metadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly end_session_endpoint?: string | undefined;
}

/** The maximum tolerated clock skew. */
const SKEW_SECONDS = 60;
const MAX_ERROR_CHARACTERS = 200;

/** Begins a sign-in with the authorization code flow: PKCE S256, `state` and `nonce`, each with 256 random bits. */
export async function beginLogin(
  http: Http,
  issuer: string,
  order: LoginOrder,
  options: CallOptions,
): Promise<BegunLogin> {
  const { authorization_endpoint: endpoint } = await discover(http, issuer, options);
  const [state, nonce, verifier] = [secret(), secret(), secret()];
  const url = new URL(endpoint);
  const parameters: Readonly<Record<string, string | undefined>> = {
    response_type: 'code',
    client_id: order.clientId,
    redirect_uri: order.redirectUri,
    scope: order.scope,
    state,
    nonce,
    code_challenge: await sha256(verifier),
    code_challenge_method: 'S256',
    prompt: order.prompt,
    max_age: order.maxAgeSeconds?.toString(),
    login_hint: order.loginHint,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  const { clientId, redirectUri } = order;
  const expectsIdToken = order.scope.split(' ').includes('openid');
  return { url: url.href, pending: { clientId, redirectUri, issuer, state, nonce, verifier, expectsIdToken } };
}

/**
 * Checks the response that the browser brought back and exchanges its code for tokens.
 * Errors: `LoginError` for a response that does not belong to this sign-in or is a refusal, and any error that a call can throw.
 */
export async function exchangeCode(
  http: Http,
  callbackUrl: string | URL,
  pending: PendingLogin,
  client: ClientCredentials,
  options: CallOptions,
): Promise<TokenSet> {
  const code = codeOf(new URL(callbackUrl, pending.redirectUri).searchParams, pending);
  const { redirectUri, verifier } = pending;
  const answer = await codeGrant(http, client, { code, redirectUri, verifier }, options);
  return { ...tokenSetOf(answer, Date.now()), idClaims: idClaimsOf(answer, pending) };
}

/**
 * Returns the code. First checks that the response is for this sign-in and issuer, then checks its content (RFC 9207 and
 * RFC 6749 §4.1.2).
 */
function codeOf(answer: URLSearchParams, { state, issuer }: PendingLogin): string {
  if (!isSame(answer.get('state') ?? '', state)) {
    throw new LoginError('state_mismatch', 'The response does not belong to this sign-in.');
  }
  if (answer.get('iss') !== issuer) {
    throw new LoginError('issuer_mismatch', 'The response comes from a different issuer.');
  }
  const error = answer.get('error');
  if (error !== null) {
    const description = plainText(answer.get('error_description') ?? '');
    throw new LoginError(plainText(error) || 'invalid_request', description || 'The sign-in was refused.');
  }
  const code = answer.get('code');
  if (code === null) throw new LoginError('invalid_request', 'The response contains no code.');
  return code;
}

/**
 * Returns a text with only the characters that RFC 6749 §4.1.2.1 allows in an error, at most 200 of them. Anyone can put other characters into
 * a callback, which applications then log or show.
 */
function plainText(text: string): string {
  return text.replaceAll(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, '').slice(0, MAX_ERROR_CHARACTERS);
}

/** Loads the issuer's metadata. RFC 8414 §3.3: a document that names a different issuer is invalid. */
export async function discover(http: Http, issuer: string, options: CallOptions): Promise<Metadata> {
  const order = { method: 'GET', path: '/.well-known/openid-configuration', repeat: 'always', auth: 'none' } as const;
  const metadata = await http.json<Metadata>(order, options);
  if (metadata.issuer !== issuer) {
    throw new LoginError('issuer_mismatch', `The backend's issuer is ${metadata.issuer}, not ${issuer}: set "issuer".`);
  }
  return metadata;
}

/**
 * Validates the ID token (OpenID Connect Core §3.1.3.7). The token came directly from the token endpoint, so it is authenticated by the
 * connection instead of by its signature (item 6 of that section).
 */
function idClaimsOf(answer: TokenAnswer, { issuer, clientId, nonce, expectsIdToken }: PendingLogin) {
  if (answer.id_token === undefined) {
    if (expectsIdToken) throw new LoginError('id_token_invalid', 'The response contains no ID token.');
    return null;
  }
  const claims = claimsOf(answer.id_token);
  const { iss, aud, exp, nonce: told } = claims;
  const nowSeconds = Date.now() / 1000;
  const isGood =
    iss === issuer &&
    [aud].flat().includes(clientId) &&
    typeof exp === 'number' &&
    exp + SKEW_SECONDS > nowSeconds &&
    typeof told === 'string' &&
    isSame(told, nonce);
  if (!isGood) throw new LoginError('id_token_invalid', 'The ID token does not belong to this sign-in.');
  return claims;
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64(token.split('.')[1] ?? '')));
    if (isRecord(claims)) return claims;
  } catch {
    // Reported below.
  }
  throw new LoginError('id_token_invalid', 'The ID token cannot be read.');
}

function secret(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

async function sha256(text: string): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));
}
