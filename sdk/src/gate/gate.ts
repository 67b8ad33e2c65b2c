import type { CpodClient } from '../client.js';
import { ConfigurationError } from '../errors.js';
import type { Decision, Introspection } from '../generated/schemas.js';

/** What a gate asks the backend by. */
export type GateClient = Pick<CpodClient, 'authorize' | 'validateToken'>;

/** Who calls, once the backend has said so. */
export interface Caller {
  /** Of the caller: for `CpodClient.fromToken`, to act as the caller. */
  readonly token: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A value, or how it is found in a request. */
export type Of<R, T> = T | ((request: R) => T | Promise<T>);

/**
 * What must hold of a call. With `action` the tenant's policy decides (`authorize`); without it the token must be good
 * (`validateToken`, for which the app needs the scope `introspect`).
 */
export interface GateOptions<R> {
  /** Such as `invoice.approve`. */
  readonly action?: Of<R, string> | undefined;
  /** Such as `invoice/42`; the path of the request by default. */
  readonly resource?: Of<R, string> | undefined;
  /** More for the policy to judge by. */
  readonly context?: Of<R, NonNullable<Parameters<GateClient['authorize']>[0]['context']>> | undefined;
  /** All of which the token must have. */
  readonly scopes?: readonly string[] | undefined;
  /** Told why a decision could not be had; the call is refused in any case. */
  readonly onFault?: ((fault: unknown) => void) | undefined;
}

/** A call that is let in, or the answer to one that is not. */
export type Verdict =
  | { readonly isIn: true; readonly caller: Caller }
  | {
      readonly isIn: false;
      readonly status: 401 | 403 | 503;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: { readonly error: string; readonly error_description: string; readonly status: number };
    };

/** What of a request a gate looks at. */
export interface GateRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly url?: string | undefined;
  /** Of Express, which takes the path of a router off `url`. */
  readonly originalUrl?: string | undefined;
}

/** Reasons of a decision that are about the token, and not about what it is used for. */
const OF_THE_TOKEN = /^(token_|key_|tenant_mismatch$)/;
/** RFC 6750 §2.1. */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** Judges a call. Whatever goes wrong on the way is a refusal: nobody is let in whom the backend has not let in. */
export async function judge<R extends GateRequest>(
  client: GateClient,
  request: R,
  options: GateOptions<R>,
): Promise<Verdict> {
  try {
    const { authorization } = request.headers;
    if (authorization === undefined) return unauthorized('A bearer token is needed.', '');
    const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
    if (token === undefined)
      return unauthorized('The Authorization header is not that of a bearer token.', 'invalid_request');
    return await judgeToken(client, request, options, token);
  } catch (fault) {
    tell(options, fault);
    return refusal(503, 'unavailable', 'Whether this is allowed cannot be decided now; try again.', {
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
    if (answer.active !== true) return unauthorized('The token is not good (any more).', 'invalid_token');
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
  const { scope } = claims;
  const held = typeof scope === 'string' ? scope.split(' ') : [];
  const missing = scopes.filter((one) => !held.includes(one));
  if (missing.length > 0) return insufficient(missing);
  return { isIn: true, caller: { token, claims: { ...claims } } };
}

function denied({ reason }: Decision): Verdict {
  if (OF_THE_TOKEN.test(reason)) return unauthorized('The token is not good (any more).', 'invalid_token');
  return refusal(403, 'forbidden', 'The policy does not allow this.', {});
}

function insufficient(scopes: readonly string[]): Verdict {
  const challenge = `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"`;
  return refusal(403, 'insufficient_scope', 'The token lacks a scope.', { 'WWW-Authenticate': challenge });
}

/** RFC 6750 §3: who sent nothing is told no error code. */
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
    // What is told has no say in what is answered.
  }
}

const CALLER = Symbol.for('@cpod/sdk caller');

export function setCaller(request: object, caller: Caller): void {
  Object.defineProperty(request, CALLER, { value: caller, configurable: true });
}

/** Who calls. Errors: `ConfigurationError` in a request that no gate has let in, so that a forgotten gate is not an open door. */
export function callerOf(request: object): Caller {
  const caller = (request as { readonly [CALLER]?: Caller })[CALLER];
  if (caller === undefined) throw new ConfigurationError('No gate of @cpod/sdk has let this request in.');
  return caller;
}
