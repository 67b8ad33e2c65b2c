import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type LoopbackPage, notSignedIn, PAGE_HEADERS, renderPage } from './loopback-page';

const PATH = '/callback';

/**
 * The redirect URI of a sign-in (RFC 8252 §7.3): a server on 127.0.0.1 with a port that the operating system assigns, for one response. The
 * browser waits for a page until the command knows whether the sign-in succeeded.
 */
export class LoopbackRedirect {
  private waiting: ServerResponse | null = null;
  private readonly arrived = Promise.withResolvers<URLSearchParams>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.receive(request, response);
    });
  }

  static async open(): Promise<LoopbackRedirect> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new LoopbackRedirect(server);
  }

  get uri(): string {
    return `http://${this.host}${PATH}`;
  }

  /** Returns the parameters of the first response. Rejects with the reason of the signal when it is aborted. */
  async answer(signal: AbortSignal): Promise<URLSearchParams> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      aborted.reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.arrived.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Shows a page to the waiting browser, if there is one. Resolves when the page was sent. */
  async show(page: LoopbackPage): Promise<void> {
    const response = this.waiting;
    this.waiting = null;
    if (response === null || response.destroyed) return;
    await new Promise<void>((resolve) => {
      response.once('close', resolve).writeHead(200, PAGE_HEADERS).end(renderPage(page));
    });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(request.url ?? '', `http://${this.host}`);
    // A page of another site could reach this server under a name that resolves to 127.0.0.1.
    if (request.method !== 'GET' || request.headers.host !== this.host || url?.pathname !== PATH) {
      response.writeHead(404, PAGE_HEADERS).end(renderPage(notSignedIn('There is no such page.')));
      return;
    }
    if (this.waiting !== null) {
      response.writeHead(409, PAGE_HEADERS).end(renderPage(notSignedIn('This sign-in has already been answered.')));
      return;
    }
    this.waiting = response;
    this.arrived.resolve(url.searchParams);
  }
}
