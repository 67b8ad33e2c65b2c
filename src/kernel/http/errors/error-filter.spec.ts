import { once } from 'node:events';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outage } from '../../errors/app-error';
import type { Logger } from '../../telemetry/logger';
import { HttpErrorFilter } from './error-filter';
import { requestState } from '../request-state';

const logged: string[] = [];
const log = (_members: object, text: string) => logged.push(text);
const logger = { error: log, warn: log } as unknown as Logger;
const filter = new HttpErrorFilter(
  logger,
  () => null,
  (thrown) => thrown,
);
/** Thrown in the middle of a body, unless it is `null`. */
let fault: Error | null;
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    requestState(request);
    void (async () => {
      try {
        for await (const _chunk of request) if (fault !== null) throw fault;
        response.end();
      } catch (error) {
        filter.answer(error, request, response);
        server.emit('answered');
      }
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

beforeEach(() => {
  logged.length = 0;
});

function send() {
  const { port } = server.address() as AddressInfo;
  const request = httpRequest({ port, host: '127.0.0.1', method: 'PUT', headers: { 'content-length': '10' } });
  request.on('error', () => undefined);
  request.write('half');
  return request;
}

describe('a request that fails in the middle of its body', () => {
  it('because its client disconnected is not logged', async () => {
    fault = null;
    const request = send();
    await once(server, 'request');
    const answered = once(server, 'answered');
    request.destroy();
    await answered;
    expect(logged).toEqual([]);
  });

  it('because of a server fault is logged', async () => {
    fault = new Error('The disk is gone.');
    const answered = once(server, 'answered');
    send();
    await answered;
    expect(logged).toHaveLength(1);
  });

  it('because of overload is logged at most once per interval', async () => {
    fault = outage('overloaded', { message: 'Too much waits.' });
    for (let count = 0; count < 20; count += 1) {
      const answered = once(server, 'answered');
      send();
      await answered;
    }
    expect(logged).toEqual(['Too much waits.']);
  });
});
