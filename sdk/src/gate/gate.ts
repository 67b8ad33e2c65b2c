import type { CpodClient } from '../client.js';
import { ConfigurationError } from '../errors.js';
import type { Decision, Introspection } from '../generated/schemas.js';

/** The client methods that a gate calls. */
export type GateClient = Pick<CpodClient, 'authorize' | 'validateToken'>;

/** The caller that the backend has confirmed. */
export interface Caller {
  /** The caller's token: pass it to `CpodClient.fromToken` to act as the caller. */
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A value, or a function that derives it from a request. */
export type Of<R, T> = T | ((request: R) => T | Promise<T>);

/**
 * The conditions for a call. With `action`, the tenant's policy decides (`authorize`); without it, the token only has to be valid
 * (`validateToken`, for which the app needs the scope `introspect`).
 */
export interface GateOptions<R> {
  /** An action, such as `invoice.approve`. */
  readonly action?: Of<R, string> | undefined;
  /** A resource, such as `invoice/42`; the request's path by default. */
  readonly resource?: Of<R, string> | undefined;
  /** Additional context for the policy. */
  readonly context?: Of<R, NonNullable<Parameters<GateClient['authorize']>[0]['context']>> | undefined;
  /**
   * The audiences (RFC 8707 resources) that the application accepts: a token must be for at least one of them (RFC 9068 §4). By default,
   * it must be for the issuer, which is the audience of every token that was requested without a resource. So a token for the MCP
   * endpoint or another API does not pass. An empty list accepts no token.
   */
  readonly audience?: string | readonly string[] | undefined;
  /** Scopes, all of which the token must have. */
  readonly scopes?: readonly string[] | undefined;
  /** Receives the reason why no decision was possible. The call is refused in any case. */
  readonly onFault?: ((fault: unknown) => void) | undefined;
}

/** An accepted call, or the response to a refused call. */
export type Verdict =
  | { readonly isIn: true; readonly caller: Caller }
  | {
      readonly isIn: false;
      readonly status: 401 | 403 | 503;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: { readonly error: string; readonly error_description: string; readonly status: number };
    };

/** The members of a request that a gate reads. */
export interface GateRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly url?: string | undefined;
  /** Set by Express, which strips a router's path from `url`. */
  readonly originalUrl?: string | undefined;
}

/** Matches decision reasons that concern the token, not its use. */
const OF_THE_TOKEN = /^(token_|key_|tenant_mismatch$)/;
/** RFC 6750 §2.1. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Decides whether to let a call in. After any failure, the call is refused: only calls that the backend allows are let in. */
export async function judge<R extends GateRequest>(
  client: GateClient,
  request: R,
  options: GateOptions<R>,
): Promise<Verdict> {
  try {
    const { authorization } = request.headers;
    if (authorization === undefined) return unauthorized('A bearer token is required.', '');
    const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
    if (token === undefined)
      return unauthorized('The Authorization header does not contain a bearer token.', 'invalid_request');
    return await judgeToken(client, request, options, token);
  } catch (fault) {
    tell(options, fault);
    return refusal(503, 'unavailable', 'The call cannot be authorized now. Try again.', {
      'Retry-After': '1',
    });
  }
}

async function judgeToken<R extends GateRequest>(
  client: GateClient,
  request: R,
  options: GateOptions<R>,
  token: string,
): Promise<Verdict> {
  const { action, resource, context, scopes = [] } = options;
  let claims: Decision['claims'] | Introspection;
  if (action === undefined) {
    const answer = await client.validateToken(token);
    if (!isActiveAccessToken(answer)) return unauthorized('The token is invalid or has expired.', 'invalid_token');
    claims = answer;
  } else {
    const decision = await client.authorize({
      token,
      action: await valueOf(action, request),
      resource: resource === undefined ? pathOf(request) : await valueOf(resource, request),
      ...(context === undefined ? {} : { context: await valueOf(context, request) }),
    });
    if (decision.allowed !== true) return denied(decision);
    ({ claims } = decision);
  }
  if (!isMeantFor(claims, options.audience)) {
    return unauthorized('The token is for a different audience.', 'invalid_token');
  }
  const { scope } = claims;
  const held = typeof scope === 'string' ? scope.split(' ') : [];
  const missing = scopes.filter((one) => !held.includes(one));
  if (missing.length > 0) return insufficient(missing);
  return { isIn: true, caller: { token, claims: { ...claims } } };
}

/** Returns whether an introspection response is about a valid access token. A refresh token is also active, but has no type. */
function isActiveAccessToken({ active, token_type: type }: Introspection): boolean {
  return active === true && typeof type === 'string' && type.toLowerCase() === 'bearer';
}

/** Returns whether claims that the backend confirmed name an accepted audience. Without `aud`, they name none. */
function isMeantFor(
  { aud, iss }: Decision['claims'] | Introspection,
  accepted: GateOptions<never>['audience'],
): boolean {
  const known: readonly unknown[] = [accepted ?? iss].flat();
  return [aud].flat().some((one) => typeof one === 'string' && known.includes(one));
}

function denied({ reason }: Decision): Verdict {
  if (OF_THE_TOKEN.test(reason)) return unauthorized('The token is invalid or has expired.', 'invalid_token');
  // RFC 6750 §3.1. Details for people can follow the code.
  if (/^insufficient_scope\b/.test(reason)) return insufficient([]);
  return refusal(403, 'forbidden', 'The policy does not allow this.', {});
}

/** @param scopes the missing scopes; empty if they are unknown. */
function insufficient(scopes: readonly string[]): Verdict {
  const needed = scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : '';
  const challenge = `Bearer error="insufficient_scope"${needed}`;
  return refusal(403, 'insufficient_scope', 'The token lacks a scope.', { 'WWW-Authenticate': challenge });
}

/** RFC 6750 §3: a request without credentials gets no error code. */
function unauthorized(description: string, code: string): Verdict {
  const challenge = code === '' ? 'Bearer' : `Bearer error="${code}"`;
  return refusal(401, 'unauthorized', description, { 'WWW-Authenticate': challenge });
}

function refusal(
  status: 401 | 403 | 503,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>>,
): Verdict {
  const always = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
  return {
    isIn: false,
    status,
    headers: { ...always, ...headers },
    body: { error, error_description: description, status },
  };
}

function valueOf<R, T>(value: Of<R, T>, request: R): T | Promise<T> {
  return typeof value === 'function' ? (value as (request: R) => T | Promise<T>)(request) : value;
}

function pathOf({ url = '/', originalUrl = url }: GateRequest): string {
  return originalUrl.split('?', 1)[0] ?? '/';
}

function tell<R>({ onFault }: GateOptions<R>, fault: unknown): void {
  try {
    onFault?.(fault);
  } catch {
    // The callback must not affect the response.
  }
}

const CALLER = Symbol.for('@cpod/sdk caller');

export function setCaller(request: object, caller: Caller): void {
  Object.defineProperty(request, CALLER, { value: caller, configurable: true });
}

/**
 * Returns the caller. Errors: `ConfigurationError` for a request that did not pass a gate, so that a missing gate does not leave
 * the route open.
 */
export function callerOf(request: object): Caller {
  const caller = (request as { readonly [CALLER]?: Caller })[CALLER];
  if (caller === undefined) throw new ConfigurationError('This request did not pass a gate of @cpod/sdk.');
  return caller;
}
