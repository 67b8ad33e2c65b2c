import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../errors/app-error';
import { endWithText } from './answers/end-with-text';
import type { HttpDuration } from './http.metrics';
import { requestLogging, type RequestLogLevel } from './request-logging';
import type { PathRules } from './routes/path-rules';
import { type RequestState, requestState } from './request-state';
import type { FairRequestQueue } from './callers/fair-request-queue';
import type { AddressSet } from './callers/trusted-proxies';
import type { Logger } from '../telemetry/logger';

/** A request that a {@link RawRequestHandler} can handle. */
export interface RawRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly state: RequestState;
  /** Path without the query. */
  readonly path: string;
  /** Rules that controllers declare for the path; `null` if no controller handles it. */
  readonly rules: PathRules | null;
  /** Sends the error as the response, in the surface's format. */
  readonly fail: (thrown: unknown) => void;
}

/** Receives a request before Express. Either sends the response and returns true, or leaves the request alone and returns false. */
export type RawRequestHandler = (front: RawRequest) => boolean;

/**
 * The default. Most responses are for one caller, and a cache is allowed to reuse a response that has no cache instructions (RFC 9111
 * §4.2.2).
 */
const NOT_CACHED = ['Cache-Control', 'no-store'] as const;

/** The headers of every response on a REST surface. The content security policy is for JSON; pages set their own policy. */
const COMMON_HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  // Responses to listed origins differ, so a cache must not return them to other origins.
  ['Vary', 'Origin'],
];
const COMMON_FLAT = COMMON_HEADERS.flat();

/** Sets the common headers on a response that other code writes. */
export function setCommonHeaders(response: ServerResponse, { requestId }: RequestState): void {
  response.setHeader('X-Request-Id', requestId);
  response.setHeader(...NOT_CACHED);
  for (const [name, value] of COMMON_HEADERS) response.setHeader(name, value);
}

/**
 * Writes a complete response with the common headers. A 204 or 304 response has no body, whatever `body` is.
 * @param headers further headers as name, value, name, value, …; add `Cache-Control` for a response that caches are allowed to store.
 */
export function sendAnswer(
  { request, response, state }: Pick<RawRequest, 'request' | 'response' | 'state'>,
  status: number,
  body: Buffer | string,
  headers: readonly string[],
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  response.writeHead(status, [
    'X-Request-Id',
    state.requestId,
    ...COMMON_FLAT,
    // RFC 9110 §8.6: a 204 must not state a length. A 304 may state the length of the 200 response, but undici treats that as broken.
    ...(hasNoBody(status) ? [] : ['Content-Length', String(length)]),
    ...(headers.includes('Cache-Control') ? [] : NOT_CACHED),
    ...headers,
  ]);
  if (request.method === 'HEAD' || hasNoBody(status)) response.end();
  else if (typeof body === 'string') endWithText(response, body, length);
  else response.end(body);
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

type Observer = ReturnType<HttpDuration['labels']>;

/** Returns a function that records the duration of a finished response. */
function measuring({ surface, duration }: Pick<RequestListenerOptions, 'surface' | 'duration'>) {
  // A cache of the histogram's children, because finding a child by its labels costs more than recording an observation.
  const observers = new Map<string, Observer>();
  const observer = (method: string, status: number): Observer => {
    const key = `${method} ${status}`;
    let found = observers.get(key);
    if (!found) observers.set(key, (found = duration.labels(surface, method, String(status))));
    return found;
  };
  return ({ method = '' }: IncomingMessage, response: ServerResponse): void => {
    const began = performance.now();
    response.on('finish', () => {
      observer(method, response.statusCode).observe((performance.now() - began) / 1000);
    });
  };
}

export interface RequestListenerOptions {
  readonly surface: string;
  readonly duration: HttpDuration;
  readonly logger: Logger;
  readonly requestLog: RequestLogLevel;
  /** True if browsers must use only HTTPS (RFC 6797). */
  readonly isHttps: boolean;
  readonly trustedProxies: AddressSet;
  /** Handles requests from pages, and calls `next` unless it responds itself. */
  readonly admitOrigin: (front: RawRequest, next: () => void) => void;
  readonly handlers: readonly RawRequestHandler[];
  readonly rulesOf: (path: string) => PathRules | null;
  /** The queue through which requests reach `next`; `null` for a surface of the installation itself, whose requests never wait. */
  readonly turns: FairRequestQueue | null;
  /** Sends an error as the response. */
  readonly fail: (thrown: unknown, request: IncomingMessage, response: ServerResponse) => void;
  /** Handles every request that none of the front handlers handled. */
  readonly next: (request: IncomingMessage, response: ServerResponse) => void;
}

/** Returns the listener of a surface: the front handlers in order, then `next`. */
export function requestListener(
  options: RequestListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const measure = measuring(options);
  const log = requestLogging({ ...options, level: options.requestLog });
  return (request, response) => {
    const state = requestState(request, options.trustedProxies);
    measure(request, response);
    if (options.isHttps) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
    const fault = headFault(request);
    const path = pathOf(request);
    log?.(request, response, path);
    if (fault !== null) {
      options.fail(new AppError('invalid_request', fault), request, response);
      return;
    }
    const front: RawRequest = {
      request,
      response,
      state,
      path,
      rules: options.rulesOf(path),
      fail: (thrown) => {
        options.fail(thrown, request, response);
      },
    };
    if (request.headers.origin === undefined) handle(front, options);
    else {
      options.admitOrigin(front, () => {
        handle(front, options);
      });
    }
  };
}

function handle(front: RawRequest, { handlers, turns, next }: RequestListenerOptions): void {
  for (const handler of handlers) if (handler(front)) return;
  const { request, response, state } = front;
  const goOn = (): void => {
    setCommonHeaders(response, state);
    next(request, response);
  };
  if (turns === null) goOn();
  else enterInTurn(turns, front, goOn);
}

function enterInTurn(turns: FairRequestQueue, { request, response, fail }: RawRequest, goOn: () => void): void {
  try {
    turns.enter(request, response, goOn);
  } catch (refusal) {
    fail(refusal);
  }
}

/**
 * Returns the reason for rejecting the head of a request, or `null` if it is valid. The target of a valid request is converted to origin
 * form.
 */
function headFault(request: IncomingMessage): string | null {
  // RFC 9112 §3.2: given two hosts, a proxy could choose a different host than this server does.
  const hosts = hostCount(request.rawHeaders);
  if (hosts > 1) return 'The request must have one Host header.';
  if (hosts === 0 && request.httpVersion !== '1.0') return 'The request must have a Host header.';
  const { expect } = request.headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return 'The Expect header must be "100-continue".';
  return toOriginForm(request) ? null : 'The request target must be a path or an http URL.';
}

/** Returns the number of Host headers. Node keeps only the first one, so this function counts the Host headers in the raw headers. */
function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/**
 * Converts a request target to the origin form, the only form that later code uses. Servers must accept the absolute form, too (RFC 9112
 * §3.2.2).
 */
function toOriginForm(request: IncomingMessage): boolean {
  const { url = '/' } = request;
  if (url.startsWith('/')) return true;
  const absolute = URL.parse(url);
  if (!absolute || !/^https?:$/.test(absolute.protocol)) return false;
  request.url = absolute.pathname + absolute.search;
  return true;
}

/** Returns the path of a request without its query. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
