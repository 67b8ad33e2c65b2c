import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { createServer, type Server as SocketServer, type Socket } from 'node:net';
import { splitAddress } from '../../network/host';

/** Takes connections for the gRPC server. */
export interface GrpcListener {
  /** No new connection from here on; those that are open stay. */
  stopAccepting(): void;
  /** Resolves when none is open any more. */
  idle(): Promise<void>;
  /** Ends what is still open. */
  destroy(): void;
}

/** Hands a connection over which HTTP/2 is spoken to the gRPC server. */
export type TakeConnection = (socket: Socket) => void;

/** Listens at `host:port` without TLS. Errors: those of `net`, such as EADDRINUSE. */
export async function listenPlain(address: string, take: TakeConnection): Promise<GrpcListener> {
  const { host, port } = splitAddress(address);
  // A name may be both loopbacks, and clients may dial either.
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

/** Keeps count of the sockets of servers, so that they can be ended. */
export function overSockets(servers: readonly SocketServer[]): GrpcListener {
  const open = new Set<Socket>();
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      open.add(socket);
      // Before HTTP/2 listens, as in a TLS handshake, an error would end the process.
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

/** Resolves when a server listens; rejects when it cannot. */
export async function listening(
  server: SocketServer,
  where: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<void> {
  server.listen(where);
  await once(server, 'listening');
  // Nothing else fails on a listening socket but accepting, when files run out: the next connection may be taken again.
  server.on('error', () => undefined);
}
