import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { createServer, type Server as SocketServer, type Socket } from 'node:net';
import { splitAddress } from '../../network/host';

/** Accepts connections for the gRPC server. */
export interface GrpcListener {
  /** Stops accepting connections. Existing connections stay open. */
  stopAccepting(): void;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
  /** Closes the connections that are still open. */
  destroy(): void;
}

/** Passes an HTTP/2 connection to the gRPC server. */
export type TakeConnection = (socket: Socket) => void;

/** Listens at `host:port` without TLS. Errors: the errors of `net`, such as EADDRINUSE. */
export async function listenPlain(address: string, take: TakeConnection): Promise<GrpcListener> {
  const { host, port } = splitAddress(address);
  // A name can resolve to both loopback addresses, and clients can use either address.
  const hosts = await lookup(host, { all: true });
  const servers = hosts.map(() => createServer({ noDelay: true }, take));
  const listener = overSockets(servers);
  try {
    await Promise.all(servers.map((server, index) => listening(server, { host: hosts[index]?.address ?? host, port })));
  } catch (fault) {
    listener.stopAccepting();
    throw fault;
  }
  return listener;
}

/** Tracks the sockets of servers, so that they can be closed. */
export function overSockets(servers: readonly SocketServer[]): GrpcListener {
  const open = new Set<Socket>();
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      // Before HTTP/2 adds its listener, for example during a TLS handshake, an error would crash the process.
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    });
  }
  return {
    stopAccepting() {
      for (const server of servers) server.close();
    },
    async idle() {
      while (open.size > 0) await Promise.all([...open].map((socket) => once(socket, 'close')));
    },
    destroy() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** Resolves when a server is listening; rejects if it cannot listen. */
export async function listening(
  server: SocketServer,
  where: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<void> {
  server.listen(where);
  await once(server, 'listening');
  // On a listening socket, the only possible failure is that accepting a connection fails because file descriptors have run out. The next
  // connection may succeed.
  server.on('error', () => undefined);
}
