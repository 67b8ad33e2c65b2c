import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a stand-in has received. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface StandInAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A small HTTP server that stands in for a service and responds according to its documentation. */
export interface StandIn {
  readonly url: string;
  readonly received: readonly Received[];
  /** Returns the response to each request from now on. A promise that never resolves simulates a server that hangs. */
  answer: (request: Received) => StandInAnswer | Promise<StandInAnswer>;
  readonly close: () => Promise<void>;
}

export async function openStandIn(): Promise<StandIn> {
  const received: Received[] = [];
  const standIn = { answer: (): StandInAnswer => ({ status: 404 }) } as { answer: StandIn['answer'] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '/', headers } = request;
      const body = Buffer.concat(chunks).toString('utf8');
      const got = { method, url: new URL(url, 'http://stand-in'), headers, body };
      received.push(got);
      void Promise.resolve(standIn.answer(got)).then((answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(standIn, {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  });
}
