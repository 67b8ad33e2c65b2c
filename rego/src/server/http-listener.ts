import { chmodSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SecureVersion } from 'node:tls';

/** A certificate and its key, as PEM. */
export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: SecureVersion;
}

/** Time limits for clients, and the maximum number of connections. */
const HEADERS_TIMEOUT_MS = 32_000;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 120_000;
const IDLE_CHECK_MS = 20;
const MAX_CONNECTIONS = 20_000;
/** Uses Go's limit, which is larger than Node's, because an input can be part of the URL. */
const MAX_HEADER_BYTES = 1024 * 1024;

/** A listener on one address. */
export class HttpListener {
  private constructor(
    private readonly server: Server,
    /** `http://127.0.0.1:8181`, with the actual port. */
    readonly url: string,
    private readonly socketPath: string | null,
  ) {}

  /**
   * Listens on `host:port`, `:port` or `unix://path`. Errors: a network error for an address in use; `RangeError` for an invalid address.
   */
  static async open(
    address: string,
    handler: RequestListener,
    tls: TlsOptions | null,
    socketMode = 0o755,
  ): Promise<HttpListener> {
    const server = makeServer(handler, tls);
    const scheme = tls === null ? 'http' : 'https';
    if (address.startsWith('unix://')) {
      const path = address.slice('unix://'.length);
      // Remove the socket of a server that was killed.
      if (statSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path);
      server.listen(path);
      await once(server, 'listening');
      chmodSync(path, socketMode);
      return new HttpListener(server, address, path);
    }
    const { host, port } = hostAndPort(address);
    server.listen({ port, ...(host === '' ? {} : { host }) });
    await once(server, 'listening');
    const { address: actual, port: actualPort, family } = server.address() as AddressInfo;
    const shown = family === 'IPv6' ? `[${actual}]` : actual;
    return new HttpListener(server, `${scheme}://${shown}:${actualPort}`, null);
  }

  /** Stops accepting connections and waits for active requests. Aborts requests that take longer than `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    // Connections stay open after a response, so close them while the server stops.
    const idle = setInterval(() => {
      this.server.closeIdleConnections();
    }, IDLE_CHECK_MS);
    const timer = setTimeout(() => {
      this.server.closeAllConnections();
    }, graceMs);
    await closed;
    clearTimeout(timer);
    clearInterval(idle);
    if (this.socketPath !== null) rmSync(this.socketPath, { force: true });
  }
}

function makeServer(handler: RequestListener, tls: TlsOptions | null): Server {
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  };
  const server = tls === null ? createServer(limits, handler) : createTlsServer({ ...limits, ...tls }, handler);
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:https?:\/\/)?(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new RangeError(`The address "${address}" must be <host>:<port> or unix://<path>.`);
  return { host: match[1] ?? match[2] ?? '', port };
}
