import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../../../test/support/eventually';
import { systemContext } from '../context/call-context';
import type { Logger } from '../telemetry/logger';
import { requestLogging, type RequestLogLevel } from './request-logging';
import { requestState, setCallContext } from './request-state';

type Line = readonly [fields: Readonly<Record<string, unknown>>, message: string];

let server: Server | undefined;

afterEach(async () => {
  await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
});

/**
 * Starts a server that responds with 200 to `/ok/<secret>`, never responds to `/hang`, and responds with 404 to other paths. Returns the
 * address and the log.
 */
async function serve(level: RequestLogLevel) {
  const lines: Line[] = [];
  const logger = { info: (...line: Line) => lines.push(line) } as unknown as Logger;
  const rulesOf = (path: string) => (path.startsWith('/ok/') ? { template: '/ok/:token' } : null);
  const log = requestLogging({ surface: 'test', level, logger, rulesOf });
  const arrived = Promise.withResolvers<void>();
  server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    requestState(request);
    log?.(request, response, path);
    if (path === '/hang') {
      arrived.resolve();
      return;
    }
    setCallContext(request, systemContext('req-1', 'tnt-a'));
    response.writeHead(path.startsWith('/ok/') ? 200 : 404).end();
  });
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server?.listen(0, '127.0.0.1', () => resolve(server?.address() as AddressInfo));
  });
  return { url: `http://127.0.0.1:${port}`, lines, arrived: arrived.promise };
}

const logged = (lines: readonly Line[], count: number): Promise<void> =>
  eventually(() => {
    expect(lines).toHaveLength(count);
  });

describe('the request log', () => {
  it('contains a line for each request, with the route instead of the path and the query', async () => {
    const { url, lines } = await serve('all');
    await fetch(`${url}/ok/secret-in-path?token=secret-in-query`, { headers: { 'x-request-id': 'req-of-caller' } });
    await logged(lines, 1);
    expect(lines).toEqual([
      [
        {
          surface: 'test',
          method: 'GET',
          route: '/ok/:token',
          status: 200,
          durationMs: expect.any(Number) as unknown,
          requestId: 'req-of-caller',
          ip: '127.0.0.1',
          tenantId: 'tnt-a',
          actor: 'system:system',
        },
        'Request completed',
      ],
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('contains only failed and aborted requests at the `failed` level', async () => {
    const { url, lines, arrived } = await serve('failed');
    await fetch(`${url}/ok/a`);
    await fetch(`${url}/missing`);
    await logged(lines, 1);
    expect(lines).toMatchObject([[{ status: 404, route: null }, 'Request completed']]);
    const abort = new AbortController();
    const hanging = fetch(`${url}/hang`, { signal: abort.signal }).catch(() => undefined);
    await arrived;
    abort.abort();
    await hanging;
    await logged(lines, 2);
    expect(lines[1]).toMatchObject([{ tenantId: null, actor: null }, 'Request aborted']);
  });

  it('is off by default', () => {
    expect(requestLogging({ surface: 'test', level: 'off', logger: {} as Logger, rulesOf: () => null })).toBeNull();
  });
});
