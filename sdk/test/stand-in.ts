import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CpodClient } from '../src/client.js';
import type { ClientOptions } from '../src/settings.js';

/** A complete request that the stand-in received. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (seen: Seen, response: ServerResponse) => void;

/** A stand-in for the backend over real HTTP. It issues tokens itself; the test defines all other responses. */
export class StandIn {
  readonly seen: Seen[] = [];
  /** The lifetime of the tokens that it issues. */
  tokenSeconds = 3600;
  tokensIssued = 0;
  answer: Answering = (_seen, response) => sendJson(response, 200, {});
  answerToken: Answering = (_seen, response) => {
    this.tokensIssued += 1;
    const members = { token_type: 'Bearer', expires_in: this.tokenSeconds, scope: 'all' };
    sendJson(response, 200, { access_token: `token-${this.tokensIssued}`, ...members });
  };

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<StandIn> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const standIn = new StandIn(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => void standIn.receive(request, response));
    return standIn;
  }

  client(options: ClientOptions = {}): CpodClient {
    return new CpodClient({ baseUrl: this.url, clientId: 'app-a', clientSecret: 'cs_a', ...options });
  }

  /** The requests, except requests to the token endpoint. */
  get calls(): readonly Seen[] {
    return this.seen.filter(({ path }) => path !== '/v1/oauth/token');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    this.seen.push(seen);
    if (seen.path === '/v1/oauth/token') this.answerToken(seen, response);
    else this.answer(seen, response);
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Sends an error in the backend's format. */
export function sendError(
  response: ServerResponse,
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, { error, error_description: `It is ${error}.`, status, request_id: 'req-1' }, headers);
}

/** Returns the error with which a promise is rejected. */
export async function faultOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (fault) {
    return fault as Error;
  }
  throw new Error('The promise was expected to be rejected.');
}
