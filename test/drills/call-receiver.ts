import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The receiver of the steps' calls, each of which has a key. It does not respond to some of the calls. */
export class CallReceiver {
  /** Keys in order of arrival. */
  readonly keys: string[] = [];
  private readonly unanswered = new Set<string>();
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => {
        this.take(String(request.headers['idempotency-key']), request.url ?? '', response);
      });
    });
  }

  static async open(): Promise<CallReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CallReceiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Does not respond to the next call that has the given key. */
  ignore(key: string): void {
    this.unanswered.add(key);
  }

  count(key: string): number {
    return this.keys.filter((one) => one === key).length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(key: string, path: string, response: ServerResponse): void {
    this.keys.push(key);
    if (this.unanswered.delete(key)) return;
    response.writeHead(path === '/refuse' ? 422 : 200, { 'content-type': 'application/json' }).end('{"done":true}');
  }
}
