import { createServer, type AddressInfo, type Server, type Socket, connect } from 'node:net';
import { byPort } from './test-server';

/** Name under which the change feed connects; in the first bytes of its connections. */
const FEED = 'coresdk-changes';

/** A way to a PostgreSQL on which the change feed alone, or everything, can be cut: connections stay open, and nothing passes. */
export class DatabaseProxy {
  private readonly sockets = new Set<Socket>();
  private readonly feeds = new Set<Socket>();
  /** What passes nothing any more, though new connections may. */
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

  /** `url` by way of this. */
  through(url: string): string {
    const changed = new URL(byPort(url));
    // A server that listens on a port has an address of this form.
    changed.port = String((this.server.address() as AddressInfo).port);
    return changed.href;
  }

  /** New connections lead to another server, as after a failover. */
  leadTo(target: number): void {
    this.target = target;
  }

  cutFeed(): void {
    this.isCut = true;
    for (const socket of this.feeds) socket.pause();
  }

  /** New connections of the feed pass again; those that were cut end. */
  mendFeed(): void {
    this.isCut = false;
    for (const socket of this.feeds) socket.destroy();
  }

  /** The server is gone without a word. */
  cutAll(): void {
    this.isAllCut = true;
    for (const socket of this.sockets) this.silent.add(socket);
  }

  /** Cuts everything once a client has sent one of these texts, which still comes through. Resolves then. */
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

  /** New connections pass again, as after a failover; those of before stay silent. */
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
    // The other end is told by the close that follows.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.feeds.delete(socket);
      this.silent.delete(socket);
    });
  }
}
