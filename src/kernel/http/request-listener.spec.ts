import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Histogram } from 'prom-client';
import { createLogger } from '../telemetry/logger';
import { requestListener, sendAnswer } from './request-listener';

const servers: Server[] = [];
const duration = new Histogram({
  name: 'time',
  help: 'time',
  labelNames: ['surface', 'method', 'status'],
  registers: [],
});

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** Returns the raw response of a server with this listener to a request for a target. */
async function ask(target: string, isHttps = false): Promise<string> {
  const server = createServer(
    requestListener({
      surface: 'test',
      duration,
      logger: createLogger('silent', 'test'),
      requestLog: 'off',
      isHttps,
      trustedProxies: new Set(),
      admitOrigin: (_front, next) => next(),
      handlers: [
        (front) => {
          if (front.path !== '/oauth/token') return false;
          sendAnswer(front, 200, 'the front', []);
          return true;
        },
        (front) => {
          if (front.path !== '/keys') return false;
          sendAnswer(front, 200, 'public', ['Cache-Control', 'public, max-age=300']);
          return true;
        },
      ],
      rulesOf: () => null,
      turns: null,
      fail: (thrown, _request, response) => {
        response.statusCode = 400;
        response.end(String(thrown));
      },
      next: ({ url }, response) => response.end(`next ${url ?? ''}`),
    }),
  ).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  await once(socket, 'close');
  return answer;
}

describe('the request listener of a surface', () => {
  it.each([
    ['/oauth/token', 'the front'],
    ['/oauth/token?a=b', 'the front'],
    ['http://elsewhere/oauth/token?a=b', 'the front'],
    ['HTTPS://elsewhere:1/oauth/token', 'the front'],
    ['http://elsewhere', 'next /'],
    ['http://elsewhere/other?c', 'next /other?c'],
    ['//oauth/token', 'next //oauth/token'],
  ])('routes the target %s by its path', async (target, answered) => {
    expect(await ask(target)).toContain(answered);
  });

  it.each(['*', 'ftp://elsewhere/oauth/token'])('refuses the target %s', async (target) => {
    expect(await ask(target)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    ['/oauth/token', ['no-store']],
    ['/v1/projects', ['no-store']],
    ['/keys', ['public, max-age=300']],
  ])('responds to %s with Cache-Control %j', async (target, expected) => {
    const values = [...(await ask(target)).matchAll(/^Cache-Control: (.*)\r$/gm)].map(([, value]) => value);
    expect(values).toEqual(expected);
  });

  it('sends Strict-Transport-Security if callers use https', async () => {
    expect(await ask('/other', true)).toMatch(/^Strict-Transport-Security: max-age=31536000\r$/m);
    expect(await ask('/oauth/token', true)).toMatch(/^Strict-Transport-Security/m);
    expect(await ask('/other')).not.toContain('Strict-Transport-Security');
  });
});
