import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent } from '../../src/modules/events/contract/events.types';

/** One delivery attempt that the receiver has received. */
export interface Received {
  readonly path: string;
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: CloudEvent;
}

/** Responds to a request; the default is 204. */
export type Answering = (received: Received, response: ServerResponse) => void;

/** A server that receives webhooks and stores the attempts. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  answer: Answering = (_received, response) => void response.writeHead(204).end();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new WebhookReceiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const event = JSON.parse(body) as CloudEvent;
        const id = String(request.headers['webhook-id']);
        const received = { path: request.url ?? '', id, headers: request.headers, body, event };
        receiver.received.push(received);
        receiver.answer(received, response);
      });
    });
    return receiver;
  }

  /** Returns the attempts sent to a path. */
  at(path: string): readonly Received[] {
    return this.received.filter((one) => one.path === path);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Returns whether an attempt has a signature with a secret (Standard Webhooks 1.0). An independent implementation. */
export function isSignedBy(secret: string, { id, headers, body }: Received): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}
