import type { Metadata } from '@grpc/grpc-js';
import { Logger } from '@nestjs/common';
import { Counter } from 'prom-client';

/** Facts about a request that came, or may have come, from a published client. */
export interface LegacyCall {
  /** The path without its package, such as `AuditService/Emit`. */
  readonly rpc: string;
  /** The names of the ways in which it departs from the contract; empty when it may be anybody's. */
  readonly layouts: readonly string[];
  /** Makes of an answer one in which the client misreads nothing. @param metadata of the request. */
  readonly answer: (answer: object, metadata: unknown) => object;
}

const logger = new Logger('LegacyClients');

/** A constant, since the decorators of RPCs count by it: they have no container to inject from. */
const legacyCalls = new Counter({
  name: 'coresdk_grpc_legacy_calls_total',
  help: 'Calls that only published clients make (CORESDK_LEGACY_CLIENTS), by client, RPC and layout of the request.',
  labelNames: ['client', 'rpc', 'layout'] as const,
});
/** A member of the request itself: a WeakMap entry per call is dearer to the garbage collector than the call. */
const CALL = Symbol('legacy call');
const reported = new Set<string>();

/** Keeps the facts from the bytes of a request. */
export function rememberCall(request: object, call: LegacyCall): void {
  Object.defineProperty(request, CALL, { value: call, writable: true, configurable: true });
}

/** Returns the facts that {@link rememberCall} kept of a request. */
export function legacyCallOf(request: unknown): LegacyCall | undefined {
  return typeof request === 'object' && request !== null ? (request as { [CALL]?: LegacyCall })[CALL] : undefined;
}

/**
 * Returns whether a call is a published client's: it came in a layout of its own, or without the name of a library, which only
 * TypeScript's client leaves out.
 */
export function isOfPublishedClient(request: unknown, metadata: Metadata): boolean {
  const call = legacyCallOf(request);
  return call !== undefined && (call.layouts.length > 0 || clientOf(metadata) === 'typescript');
}

/**
 * Returns whether the metadata of a call with a raw tenant is that of Python 0.2.1, the only Python client that does not send the
 * name of its service.
 */
export function isEarlyPython(metadata: unknown): boolean {
  const names = (metadata as Partial<Metadata> | undefined)?.get?.('x-service-name') ?? [];
  return clientOf(metadata) === 'python' && names.length === 0;
}

/** Counts a call in a layout of its own, and logs each layout once. */
export function countCall({ rpc, layouts }: LegacyCall, metadata: unknown): void {
  for (const layout of layouts) {
    const client = clientOf(metadata);
    legacyCalls.inc({ rpc, layout, client });
    if (reported.has(layout)) continue;
    reported.add(layout);
    logger.warn(`A published client (${client}) calls ${rpc} in the layout "${layout}", which is served; said once.`);
  }
}

/** Which client it is, by how its library names itself: TypeScript's writes HTTP/2 by hand and has no name. */
function clientOf(metadata: unknown): string {
  const agent = (metadata as Partial<Metadata> | undefined)?.get?.('user-agent')[0] ?? '';
  if (agent === '') return 'typescript';
  return /^grpc-(python|go|java)/.exec(agent.toString())?.[1] ?? 'other';
}
