import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CallContext } from '../context/call-context';
import { newId } from '../ids/ids';
import { continueTrace } from '../telemetry/traceparent';
import type { AddressSet } from './callers/trusted-proxies';

/** The facts about a request that are known before any credential is checked. */
export interface RequestState {
  readonly requestId: string;
  readonly traceparent: string;
  readonly ip: string;
  /** The status that a denial would otherwise have had, if the denial was sent as a 200 response. */
  refusedAs?: number;
}

const SANE_REQUEST_ID = /^[\w.:-]{1,128}$/;
const STATE = Symbol('state');
const CONTEXT = Symbol('context');

/** A request with its state, which is stored on the request itself because a WeakMap lookup costs a tenth of an introspection. */
interface KnownRequest extends IncomingMessage {
  [STATE]?: RequestState;
  [CONTEXT]?: CallContext;
}

/**
 * Returns the state of a request, which is created on first use: the caller's `X-Request-Id` if it is valid, its trace and its address.
 * @param trustedProxies addresses whose `Forwarded` header is trusted (RFC 7239).
 */
export function requestState(request: KnownRequest, trustedProxies: AddressSet = NO_PROXIES): RequestState {
  const known = request[STATE];
  if (known) return known;
  const { headers } = request;
  let traceparent: string | undefined;
  const state: RequestState = {
    requestId: saneRequestId(headers) ?? newId('req'),
    // Created on first use, because most responses do not need a separate trace.
    get traceparent() {
      return (traceparent ??= continueTrace(single(headers['traceparent'])));
    },
    ip: clientAddress(request, trustedProxies),
  };
  request[STATE] = state;
  return state;
}

/** Attaches the verified caller to a request. The surface calls this function. */
export function setCallContext(request: KnownRequest, context: CallContext): void {
  request[CONTEXT] = context;
}

/** Returns the verified caller of a request. Throws if the route has no guard, which is a bug in this code. */
export function verifiedContext(request: KnownRequest): CallContext {
  const context = request[CONTEXT];
  if (!context) throw new Error('This route has no verified caller; a guard is missing.');
  return context;
}

/** Returns the verified caller, or `null` if no caller has been verified. */
export function knownCallContext(request: KnownRequest): CallContext | null {
  return request[CONTEXT] ?? null;
}

/** An IPv6 address in brackets or an IPv4 address, optionally with a port (RFC 7239 §6). */
const FORWARDED_FOR = /(?:^|;)\s*for="?(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::\d+)?"?\s*(?:;|$)/i;
const NO_PROXIES: AddressSet = new Set();

function saneRequestId(headers: IncomingHttpHeaders): string | null {
  const header = single(headers['x-request-id']);
  return header !== undefined && SANE_REQUEST_ID.test(header) ? header : null;
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Returns the peer's address, or the last `for=` value that a trusted proxy added. */
function clientAddress(request: IncomingMessage, trustedProxies: AddressSet): string {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  if (!trustedProxies.has(peer)) return peer;
  const forwarded = single(request.headers['forwarded']);
  const hops = forwarded?.split(',').map((hop) => FORWARDED_FOR.exec(hop)?.slice(1).find(Boolean)) ?? [];
  // The list is read from right to left. The first hop that is not a trusted proxy is the client.
  for (const hop of hops.reverse()) {
    if (hop === undefined) break;
    const address = plainAddress(hop);
    if (!trustedProxies.has(address)) return address;
  }
  return peer;
}

/** Returns an IPv4-mapped IPv6 address as IPv4. */
function plainAddress(address: string): string {
  return address.startsWith(':') && /^::ffff:[0-9.]+$/i.test(address) ? address.slice(7) : address;
}
