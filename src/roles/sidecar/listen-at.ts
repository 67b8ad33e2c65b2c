import { experimental, type Server, ServerCredentials } from '@grpc/grpc-js';
import type { Certificates } from '../../kernel/grpc/certificates';
import { unixPath } from '../../kernel/grpc/grpc.config';
import type { Logger } from '../../kernel/telemetry/logger';
import { type GrpcListener, listenPlain, type TakeConnection } from './grpc-listener';
import { listenSecurely, Peers } from './tls-listener';
import { listenAtSocket } from './unix-socket';

export interface ListenOptions {
  /** `host:port`, or `unix:/path`; the first one must bind. */
  readonly addresses: readonly [string, ...string[]];
  /** With them every address but a socket speaks TLS. */
  readonly certificates: Certificates | null;
  readonly logger: Logger;
}

/** Listens at every address. A machine without IPv6 (or IPv4) is warned about, not refused. */
export async function listenAt({ addresses, ...options }: ListenOptions, server: Server): Promise<GrpcListener[]> {
  const [first, ...others] = addresses;
  const listeners = [await listenAtOne(first, options, server)];
  for (const address of others) {
    try {
      listeners.push(await listenAtOne(address, options, server));
    } catch (error) {
      const words = 'The sidecar does not listen here; clients that resolve to it fail';
      options.logger.warn({ err: error, address }, words);
    }
  }
  return listeners;
}

function listenAtOne(
  address: string,
  { certificates, logger }: Omit<ListenOptions, 'addresses'>,
  server: Server,
): Promise<GrpcListener> {
  // TLS, where there is any, ends in the listener: for grpc-js every connection is plain.
  const credentials = ServerCredentials.createInsecure();
  const path = unixPath(address);
  if (path !== null) return listenAtSocket(path, handOver(server, credentials));
  if (certificates === null) return listenPlain(address, handOver(server, credentials));
  const peers = new Peers();
  const withPeers = experimental.createServerCredentialsWithInterceptors(credentials, [peers.interceptor]);
  return listenSecurely(address, certificates, peers, logger, handOver(server, withPeers));
}

function handOver(server: Server, credentials: ServerCredentials): TakeConnection {
  const injector = server.createConnectionInjector(credentials);
  return (socket) => {
    injector.injectConnection(socket);
  };
}
