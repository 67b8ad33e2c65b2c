import type { Metadata } from '@grpc/grpc-js';
import { Logger } from '@nestjs/common';
import { Counter } from 'prom-client';

/** Facts about a request that comes, or might come, from a published client. */
export interface LegacyCall {
  /** The path without its package, such as `AuditService/Emit`. */
  readonly rpc: string;
  /** The names of the request's deviations from the contract; empty if any client could have sent the request. */
  readonly layouts: readonly string[];
  /** Converts a response so that the client does not misread it. @param metadata the request's metadata. */
  readonly answer: (answer: object, metadata: unknown) => object;
}

const logger = new Logger('LegacyClients');

/** A constant, because the decorators of RPCs use it and have no container to inject it from. */
const legacyCalls = new Counter({
  name: 'coresdk_grpc_legacy_calls_total',
  help: 'Calls that only published clients make (CORESDK_LEGACY_CLIENTS), by client, RPC and layout of the request.',
  labelNames: ['client', 'rpc', 'layout'] as const,
});
/** The facts are a property of the request itself, because a WeakMap entry per call costs the garbage collector more than the call. */
const CALL = Symbol('legacy call');
const reported = new Set<string>();

/** Attaches the facts to a decoded request. */
export function rememberCall(request: object, call: LegacyCall): void {
  Object.defineProperty(request, CALL, { value: call, writable: true, configurable: true });
}

/** Returns the facts that {@link rememberCall} attached to a request. */
export function legacyCallOf(request: unknown): LegacyCall | undefined {
  return typeof request === 'object' && request !== null ? (request as { [CALL]?: LegacyCall })[CALL] : undefined;
}

/**
 * Returns whether a call comes from a published client. Such a call either deviates from the contract's layout or has no library name,
 * which only the TypeScript client omits.
 */
export function isOfPublishedClient(request: unknown, metadata: Metadata): boolean {
  const call = legacyCallOf(request);
  return call !== undefined && (call.layouts.length > 0 || clientOf(metadata) === 'typescript');
}

/**
 * Returns whether a call with a raw tenant comes from Python 0.2.1, judging by its metadata. It is the only Python client that does not
 * send the name of its service.
 */
export function isEarlyPython(metadata: unknown): boolean {
  const names = (metadata as Partial<Metadata> | undefined)?.get?.('x-service-name') ?? [];
  return clientOf(metadata) === 'python' && names.length === 0;
}

/** Counts a call whose layout deviates from the contract, and logs each layout once. */
export function countCall({ rpc, layouts }: LegacyCall, metadata: unknown): void {
  for (const layout of layouts) {
    const client = clientOf(metadata);
    legacyCalls.inc({ rpc, layout, client });
    if (reported.has(layout)) continue;
    reported.add(layout);
    logger.warn(
      `A published client (${client}) calls ${rpc} in the layout "${layout}", which is supported; logged once.`,
    );
  }
}

/** Returns the client, identified by the name of its library. The TypeScript client writes HTTP/2 by hand and does not send a name. */
function clientOf(metadata: unknown): string {
  const agent = (metadata as Partial<Metadata> | undefined)?.get?.('user-agent')[0] ?? '';
  if (agent === '') return 'typescript';
  return /^grpc-(python|go|java)/.exec(agent.toString())?.[1] ?? 'other';
}
