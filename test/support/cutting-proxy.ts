import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy to a server that cuts responses off. */
export class CuttingProxy {
  private readonly sockets = new Set<Socket>();
  /** The number of cuts. */
  cuts = 0;

  private constructor(
    private readonly server: Server,
    private readonly mark: string,
    private readonly maxCuts: number,
  ) {}

  /** @param mark its first occurrence within a connection triggers the cut. @param maxCuts the maximum number of cuts. */
  static async open(targetUrl: string, mark: string, maxCuts: number): Promise<CuttingProxy> {
    const { hostname, port } = new URL(targetUrl);
    const server = createServer((client) => {
      proxy.forward(client, connect(Number(port), hostname));
    });
    const proxy = new CuttingProxy(server, mark, maxCuts);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    // A server that listens on a port has an address of this form.
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket, upstream: Socket): void {
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (bytes) => upstream.write(bytes)).once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    upstream.on('data', (bytes) => {
      const at = this.cuts < this.maxCuts ? bytes.indexOf(this.mark) : -1;
      if (at < 0) {
        client.write(bytes);
        return;
      }
      this.cuts += 1;
      // Passes on the complete message, but no data after it.
      const end = bytes.indexOf('\n\n', at);
      client.write(end < 0 ? bytes : bytes.subarray(0, end + 2), () => client.destroy());
      upstream.destroy();
    });
  }
}
