import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy to a server that closes one connection in the middle of an upload. */
export interface InterruptingProxy {
  readonly url: string;
  /** The number of closed connections. */
  readonly interruptions: () => number;
  readonly close: () => Promise<void>;
}

/** @param afterBytes the number of bytes of a connection that pass before it is closed; only the first such connection is closed. */
export async function openInterruptingProxy(targetUrl: string, afterBytes: number): Promise<InterruptingProxy> {
  const { hostname, port } = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let interruptions = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let passed = 0;
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
    client
      .once('close', () => upstream.destroy())
      .on('data', (bytes) => {
        passed += bytes.length;
        upstream.write(bytes);
        if (passed < afterBytes || interruptions > 0) return;
        interruptions += 1;
        client.destroy();
      });
    upstream.once('close', () => client.destroy()).on('data', (bytes) => client.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    interruptions: () => interruptions,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
