import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A layer 4 load balancer for several sidecars: it routes each connection to a sidecar that accepts the connection. */
export interface Balancer {
  readonly address: string;
  close(): void;
}

export async function balance(addresses: readonly string[]): Promise<Balancer> {
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    socket.on('error', () => undefined);
    return socket.once('close', () => open.delete(socket));
  };
  let next = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (inbound) => {
    keep(inbound);
    const from = next++;
    void firstThatTakes(addresses.map((_, index) => addresses[(from + index) % addresses.length] ?? '')).then(
      (outbound) => {
        if (outbound === null) return inbound.destroy();
        keep(outbound);
        inbound.pipe(outbound).once('close', () => inbound.destroy());
        return outbound.pipe(inbound).once('close', () => outbound.destroy());
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function firstThatTakes(addresses: readonly string[]): Promise<Socket | null> {
  for (const address of addresses) {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true, allowHalfOpen: true });
    if (
      await once(socket, 'connect').then(
        () => true,
        () => false,
      )
    )
      return socket;
  }
  return null;
}
