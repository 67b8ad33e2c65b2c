import { experimental, type Server, ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import type { Counter } from 'prom-client';
import type { Certificates } from '../certificates';
import { unixPath } from '../grpc.config';
import type { Logger } from '../../telemetry/logger';
import { type GrpcListener, listenPlain, type TakeConnection } from './grpc-listener';
import { MessageGate } from './message-gate';
import { listenSecurely, Peers } from './tls-listener';
import { listenAtSocket } from './unix-socket';

export interface ListenOptions {
  /** `host:port` or `unix:/path`. Binding to the first address must succeed. */
  readonly addresses: readonly [string, ...string[]];
  /** If set, every address except a Unix socket uses TLS. */
  readonly certificates: Certificates | null;
  readonly logger: Logger;
  readonly metrics: { readonly messagesNotTaken: Counter<'reason'>; readonly failedHandshakes: Counter };
}

/**
 * Listens at every address. If only the first address works, for example on a machine without IPv6 (or IPv4), logs a warning for each of
 * the others.
 */
export async function listenAt({ addresses, ...options }: ListenOptions, server: Server): Promise<GrpcListener[]> {
  const [first, ...others] = addresses;
  const gate = new MessageGate(options.metrics.messagesNotTaken);
  const listeners = [await listenAtOne(first, options, server, gate)];
  for (const address of others) {
    try {
      listeners.push(await listenAtOne(address, options, server, gate));
    } catch (error) {
      const message = 'The sidecar does not listen at this address; clients that resolve to it fail';
      options.logger.warn({ err: error, address }, message);
    }
  }
  return listeners;
}

function listenAtOne(
  address: string,
  { certificates, logger, metrics }: Omit<ListenOptions, 'addresses'>,
  server: Server,
  gate: MessageGate,
): Promise<GrpcListener> {
  const path = unixPath(address);
  const plain = handOver(server, [gate.interceptor]);
  if (path !== null) return listenAtSocket(path, plain);
  if (certificates === null) return listenPlain(address, plain);
  const peers = new Peers();
  const take = handOver(server, [gate.interceptor, peers.interceptor]);
  return listenSecurely(address, certificates, peers, metrics.failedHandshakes, logger, take);
}

function handOver(server: Server, interceptors: ServerInterceptor[]): TakeConnection {
  // TLS, if any, is terminated in the listener, so every connection is plain for grpc-js.
  const credentials = ServerCredentials.createInsecure();
  const injector = server.createConnectionInjector(
    experimental.createServerCredentialsWithInterceptors(credentials, interceptors),
  );
  return (socket) => {
    injector.injectConnection(socket);
  };
}
