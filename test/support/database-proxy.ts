import { createServer, type AddressInfo, type Server, type Socket, connect } from 'node:net';
import { byPort } from './test-server';

/** The application name of the change feed's connections, which is in their first bytes. */
const FEED = 'coresdk-changes';

/** A PostgreSQL proxy that can cut off either only the change feed or all connections: they stay open, but no data passes through. */
export class DatabaseProxy {
  private readonly sockets = new Set<Socket>();
  private readonly feeds = new Set<Socket>();
  /** Connections that no longer pass data, although new connections can. */
  private readonly silent = new Set<Socket>();
  private isCut = false;
  private isAllCut = false;
  private onSent: (chunk: Buffer) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (client) => this.accept(client));
  }

  static async open(target: number): Promise<DatabaseProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DatabaseProxy(server, target);
  }

  /** Returns `url` routed through this proxy. */
  through(url: string): string {
    const changed = new URL(byPort(url));
    // A server that listens on a port has an address of this form.
    changed.port = String((this.server.address() as AddressInfo).port);
    return changed.href;
  }

  /** Routes new connections to another server, as after a failover. */
  leadTo(target: number): void {
    this.target = target;
  }

  cutFeed(): void {
    this.isCut = true;
    for (const socket of this.feeds) socket.pause();
  }

  /** Lets the feed connect again, and closes the connections that were cut off. */
  mendFeed(): void {
    this.isCut = false;
    for (const socket of this.feeds) socket.destroy();
  }

  /** Makes the server silent without closing connections. */
  cutAll(): void {
    this.isAllCut = true;
    for (const socket of this.sockets) this.silent.add(socket);
  }

  /** Cuts off all connections once a client has sent one of these strings, which is still passed on. Then resolves. */
  cutAfter(...texts: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      this.onSent = (chunk) => {
        if (!texts.some((text) => chunk.includes(text))) return;
        this.onSent = () => undefined;
        this.cutAll();
        resolve();
      };
    });
  }

  /** Passes on the data of new connections again, as after a failover; earlier connections stay silent. */
  mendAll(): void {
    this.isAllCut = false;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(client: Socket): void {
    this.keep(client);
    if (this.isAllCut) return;
    client.once('data', (first: Buffer) => {
      client.pause();
      const isFeed = first.includes(FEED);
      if (isFeed) this.feeds.add(client);
      if ((isFeed && this.isCut) || this.silent.has(client)) return;
      const upstream = connect(this.target, '127.0.0.1', () => {
        upstream.write(first);
        this.forward(client, upstream, isFeed);
        this.forward(upstream, client, isFeed);
      });
      this.keep(upstream);
      if (isFeed) this.feeds.add(upstream);
      client.once('close', () => upstream.destroy());
      upstream.once('close', () => client.destroy());
    });
  }

  private forward(from: Socket, to: Socket, isFeed: boolean): void {
    from.on('data', (chunk: Buffer) => {
      if (!(isFeed && this.isCut) && !this.silent.has(from)) to.write(chunk);
      this.onSent(chunk);
    });
    if (!(isFeed && this.isCut)) from.resume();
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    // The `close` event that follows notifies the other end.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.feeds.delete(socket);
      this.silent.delete(socket);
    });
  }
}
