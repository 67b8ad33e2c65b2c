import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CallContext } from '../context/call-context';
import { newId } from '../ids/ids';
import { continueTrace } from '../telemetry/traceparent';
import type { AddressSet } from './callers/trusted-proxies';

/** What a surface knows of a request before anyone has looked at a credential. */
export interface RequestState {
  readonly requestId: string;
  readonly traceparent: string;
  readonly ip: string;
  /** The status of a refusal that was answered with 200. */
  refusedAs?: number;
}

const SANE_REQUEST_ID = /^[\w.:-]{1,128}$/;
const STATE = Symbol('state');
const CONTEXT = Symbol('context');

/** What is known of a request, on itself: to look it up in a WeakMap costs a tenth of an introspection. */
interface KnownRequest extends IncomingMessage {
  [STATE]?: RequestState;
  [CONTEXT]?: CallContext;
}

/**
 * The state of a request, made at its first use: the caller's `X-Request-Id` if it is sane, its trace, its address.
 * @param trustedProxies addresses whose `Forwarded` header is believed (RFC 7239).
 */
export function requestState(request: KnownRequest, trustedProxies: AddressSet = NO_PROXIES): RequestState {
  const known = request[STATE];
  if (known) return known;
  const { headers } = request;
  let traceparent: string | undefined;
  const state: RequestState = {
    requestId: saneRequestId(headers) ?? newId('req'),
    // Made when first asked for: most answers need no trace of their own.
    get traceparent() {
      return (traceparent ??= continueTrace(single(headers['traceparent'])));
    },
    ip: clientAddress(request, trustedProxies),
  };
  request[STATE] = state;
  return state;
}

/** Attaches who is calling, once a surface has verified it. */
export function setCallContext(request: KnownRequest, context: CallContext): void {
  request[CONTEXT] = context;
}

/** The verified caller of a request; throws when the route has no guard, which is a mistake of ours. */
export function verifiedContext(request: KnownRequest): CallContext {
  const context = request[CONTEXT];
  if (!context) throw new Error('This route has no verified caller; a guard is missing.');
  return context;
}

/** The verified caller, or `null` before (or without) verification. */
export function knownCallContext(request: KnownRequest): CallContext | null {
  return request[CONTEXT] ?? null;
}

/** An IPv6 address in brackets or an IPv4 address, each perhaps with a port (RFC 7239 §6). */
const FORWARDED_FOR = /(?:^|;)\s*for="?(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::\d+)?"?\s*(?:;|$)/i;
const NO_PROXIES: AddressSet = new Set();

function saneRequestId(headers: IncomingHttpHeaders): string | null {
  const header = single(headers['x-request-id']);
  return header !== undefined && SANE_REQUEST_ID.test(header) ? header : null;
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** The peer's address, or the last `for=` that a believed proxy added. */
function clientAddress(request: IncomingMessage, trustedProxies: AddressSet): string {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  if (!trustedProxies.has(peer)) return peer;
  const forwarded = single(request.headers['forwarded']);
  const hops = forwarded?.split(',').map((hop) => FORWARDED_FOR.exec(hop)?.slice(1).find(Boolean)) ?? [];
  // Right to left: the first hop that is not a proxy of ours is the client.
  for (const hop of hops.reverse()) {
    if (hop === undefined) break;
    const address = plainAddress(hop);
    if (!trustedProxies.has(address)) return address;
  }
  return peer;
}

/** IPv4 in IPv6 clothes is still IPv4. */
function plainAddress(address: string): string {
  return address.startsWith(':') && /^::ffff:[0-9.]+$/i.test(address) ? address.slice(7) : address;
}
