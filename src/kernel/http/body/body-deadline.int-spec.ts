import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { eventually } from '../../../../test/support/eventually';
import { answerBrokenRequests } from '../errors/broken-request';
import { limitBodyTime, streamInPeace } from './body-deadline';

const LIMIT_MS = 100;

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    limitBodyTime(server, request, response, request.url === '/patient' ? 60_000 : LIMIT_MS);
    if (request.url === '/stream') streamInPeace(request, response);
    const answer = (): Promise<unknown> =>
      text(request).then(
        (body) => response.end(`got ${body}`),
        () => undefined,
      );
    if (request.url === '/late') setTimeout(() => void answer(), 2 * LIMIT_MS);
    else if (request.url === '/early') response.writeHead(200, { 'content-length': '10' }).write('begun');
    else void answer();
  });
  answerBrokenRequests(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends a request that declares four bytes but contains only two. */
function begin(path: string): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nab`);
  return socket;
}

const connections = promisify((done: (error: Error | null, count: number) => void) => {
  server.getConnections(done);
});

describe('the time limit of a body', () => {
  it('returns 408 in the common error format and closes the connection', async () => {
    const answer = await text(begin('/'));
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(answer).toContain('"error":"invalid_request"');
  });

  it('applies to each request of a connection separately', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    for (let count = 0; count < 3; count++) {
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toContain('got abcd');
      await sleep(LIMIT_MS / 2);
    }
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it('closes the connection even if the client keeps its side open', async () => {
    const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    await eventually(async () => expect(await connections()).toBe(0));
    socket.destroy();
  });

  it('does not count the time for which a received body waits to be read', async () => {
    const socket = begin('/late');
    socket.write('cd');
    expect(await text(socket)).toContain('got abcd');
  });

  it('does not affect a body that arrives in time', async () => {
    const socket = begin('/patient');
    socket.write('cd');
    expect(await text(socket)).toContain('got abcd');
  });

  it('does not apply to a route that streams', async () => {
    const other = begin('/');
    const socket = begin('/stream');
    // Waits longer than the time limit, by waiting for two other requests to reach their limit one after the other.
    await text(other);
    await text(begin('/'));
    socket.write('cd');
    expect(await text(socket)).toContain('got abcd');
  });

  it('cuts off a response that has begun instead of writing a second response into it', async () => {
    const answer = await text(begin('/early')).catch(() => 'reset');
    expect(answer).not.toContain('408');
  });
});
