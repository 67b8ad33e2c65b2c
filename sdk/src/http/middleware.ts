import { ConfigurationError, ConnectionError, CpodError } from '../errors.js';
import { reasonOf, unlessAborted } from './limit.js';

/** Sends a request over the network, as the platform's `fetch` does. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** A request that is about to be sent. Its headers can contain a token or credentials. */
export interface OutgoingRequest extends Omit<RequestInit, 'headers' | 'method' | 'signal'> {
  readonly url: string;
  readonly method: string;
  /** A copy for this attempt: changes do not affect other attempts. */
  readonly headers: Headers;
  /** Aborted when the attempt times out or the caller aborts the call. */
  readonly signal: AbortSignal;
}

/**
 * A function around each attempt of each call, including token requests, discovery and the reopening of streams. Returns
 * the response of `next(request)`, or a response of its own.
 * Errors: `next` throws `ConnectionError` if no response arrives, or the abort reason of the request's signal. Any other error that the
 * function throws ends the call and reaches the caller unchanged.
 */
export type Middleware = (
  request: OutgoingRequest,
  next: (request: OutgoingRequest) => Promise<Response>,
) => Promise<Response>;

/** Returns a fetch that passes each request through the middleware, first to last. Errors: `ConfigurationError`. */
export function withMiddleware(fetch: Fetch, middleware: readonly Middleware[]): Fetch {
  if (!areFunctions(middleware)) {
    throw new ConfigurationError('middleware must be a list of functions (request, next) => response.');
  }
  const send = middleware.reduceRight<(request: OutgoingRequest) => Promise<Response>>(
    (next, one) => (request) => responseOf(one, request, next),
    ({ url, ...init }) => reach(fetch, url, init),
  );
  return (url, { method = 'GET', headers, signal, ...init }) => {
    const request = {
      ...init,
      url,
      method,
      headers: new Headers(headers),
      signal: signal ?? new AbortController().signal,
    };
    return unlessAborted(send(request), request.signal);
  };
}

function areFunctions(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'function');
}

async function responseOf(
  middleware: Middleware,
  request: OutgoingRequest,
  next: (request: OutgoingRequest) => Promise<Response>,
): Promise<Response> {
  const response: Response | undefined = await middleware(request, next);
  if (response === undefined) throw new ConfigurationError('A middleware returned no response: return next(request).');
  return response;
}

async function reach(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (fault) {
    if (init.signal?.aborted === true) throw reasonOf(init.signal);
    throw fault instanceof CpodError ? fault : connectionError(fault);
  }
}

/** Converts an error thrown by fetch, which says little and differs by platform, into an SDK error. */
export function connectionError(cause: unknown): ConnectionError {
  const { code } = (cause as { readonly cause?: { readonly code?: unknown } } | undefined)?.cause ?? {};
  const shown = typeof code === 'string' ? ` (${code})` : '';
  return new ConnectionError(`The backend could not be reached, or the response was cut off${shown}.`, { cause });
}
