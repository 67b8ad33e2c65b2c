import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy to an HTTP server that loses its connection for good after a number of writes. */
export interface LosingProxy {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Opens a proxy.
 * @param writes the number of requests other than GET that get a response. The next one reaches the server, but its response is lost, and
 * each later request is cut off.
 */
export async function openLosingProxy(targetUrl: string, writes: number): Promise<LosingProxy> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    const isWrite = incoming.method !== 'GET';
    if (count > writes) return void incoming.socket.destroy();
    if (isWrite) count += 1;
    const isLost = count > writes;
    const { method, headers, url = '/' } = incoming;
    const upstream = request(new URL(url, targetUrl), { method, headers, agent: false }, (answer) => {
      if (isLost) {
        answer.resume().once('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.once('error', () => incoming.socket.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server that listens on a port has an address of this form.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
