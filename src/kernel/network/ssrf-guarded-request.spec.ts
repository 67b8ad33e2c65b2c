import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, isIP } from 'node:net';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../../test/support/loopback-certificate';
import { isPublicAddress } from './public-address';
import { guardedRequest, LateAnswer, type GuardedRequestOptions } from './ssrf-guarded-request';

const OPEN = { isAllowed: () => true, timeoutMs: 500, limitBytes: 1_000, httpsOnly: false, maxRedirects: 2 };
let server: Server;
let port: number;
let asked: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const url = request.url ?? '';
      asked.push({ url, headers: request.headers, body });
      const to = new URL(url, 'http://x').searchParams.get('to');
      if (to !== null) response.writeHead(302, { Location: to }).end();
      else if (url === '/large') response.end('x'.repeat(1_001));
      else if (url === '/full') response.end('x'.repeat(1_000));
      else if (url === '/nowhere') response.writeHead(302).end();
      else if (url === '/slow') response.write('x');
      else response.end('hello');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  asked = [];
});

const ask = (path: string, options: Partial<GuardedRequestOptions> = {}) =>
  guardedRequest(new URL(path, `http://127.0.0.1:${port}`), { ...OPEN, ...options });

describe('a guarded request', () => {
  it('returns the response received over the checked connection', async () => {
    const { status, body } = await ask('/', { method: 'POST', body: 'x=1', headers: { 'X-A': 'b' } });
    expect([status, body.toString()]).toEqual([200, 'hello']);
    expect(asked).toMatchObject([{ url: '/', body: 'x=1', headers: { 'x-a': 'b' } }]);
  });

  it.each([
    ['/large', /more than 1000 bytes/],
    ['/?to=/?to=/?to=/?to=/', /more than 2 redirects/],
    ['/?to=http://[', /not a valid URL/],
    ['/?to=ftp://example.com/', /not http/],
    ['/?to=http://a:b@127.0.0.1/', /credentials/],
    ['/?to=http://a@127.0.0.1/', /credentials/],
    ['/?to=http://:b@127.0.0.1/', /credentials/],
  ])('refuses the response for %s', async (path, words) => {
    await expect(ask(path.replace('/?to=/?to=/?to=/?to=/', loop()))).rejects.toThrow(words);
  });

  it('fails with LateAnswer at its time limit, or with the reason of its abort signal', async () => {
    await expect(ask('/slow', { timeoutMs: 50 })).rejects.toThrow(
      'did not send a complete response within 0.05 seconds',
    );
    await expect(ask('/slow', { timeoutMs: 50 })).rejects.toBeInstanceOf(LateAnswer);
    const reason = new Error('enough');
    await expect(ask('/slow', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('accepts a response of exactly the maximum size', async () => {
    expect((await ask('/full')).body).toHaveLength(1_000);
  });

  it('checks addresses instead of the name, whose lookup is guarded', async () => {
    const judged: string[] = [];
    const isAllowed = (address: string): boolean => judged.push(address) > 0 && isIP(address) !== 0;
    expect((await ask(`http://localhost:${port}/`, { isAllowed })).status).toBe(200);
    expect(judged).not.toContain('localhost');
  });

  it('calls only https servers with certificates from the configured authorities', async () => {
    const secure = createSecureServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (_request, response) => {
      response.end('secret');
    });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    try {
      const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/`;
      for (const httpsOnly of [true, false]) {
        const { body } = await ask(url, { httpsOnly, ca: LOOPBACK_CERTIFICATE, timeoutMs: 10_000 });
        expect(body.toString()).toBe('secret');
      }
      await expect(ask(url, { timeoutMs: 10_000 })).rejects.toThrow(/certificate/);
    } finally {
      secure.closeAllConnections();
      await new Promise((resolve) => secure.close(resolve));
    }
  });

  it('follows redirects and sends credentials only to the first host', async () => {
    const headers = { Authorization: 'Bearer x', 'X-A': 'b' };
    await ask('/?to=/end', { headers });
    expect(asked.map((one) => one.headers.authorization)).toEqual(['Bearer x', 'Bearer x']);
    asked = [];
    await ask(`/?to=http://localhost:${port}/end`, { headers });
    expect(asked.map((one) => one.headers.authorization)).toEqual(['Bearer x', undefined]);
    expect(asked[1]?.headers['x-a']).toBe('b');
  });

  it('does not send credentials to a different port of the same host', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
      const { port: otherPort } = other.address() as AddressInfo;
      await ask(`/?to=http://127.0.0.1:${otherPort}/end`, { headers: { Authorization: 'Bearer x' } });
      expect(seen).toEqual([undefined]);
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('refuses plain http if only https is allowed', async () => {
    await expect(ask('/end', { httpsOnly: true })).rejects.toThrow(/not https/);
    expect(asked).toEqual([]);
  });

  it.each(['/end', 'http://localhost/', 'http://[::ffff:127.0.0.1]/', 'http://169.254.169.254/latest'])(
    'checks a redirect to %s like the first URL',
    async (to) => {
      // The first address is allowed, as if it were public.
      let judged = 0;
      const isAllowed = (address: string): boolean => judged++ === 0 || isPublicAddress(address);
      await expect(ask(`/?to=${encodeURIComponent(to)}`, { isAllowed })).rejects.toThrow(/not public/);
      expect(asked).toHaveLength(1);
    },
  );

  it('returns the redirect response itself if it does not follow the redirect', async () => {
    expect((await ask('/?to=/end', { maxRedirects: 0 })).status).toBe(302);
    expect((await ask('/?to=/end', { method: 'POST', body: '' })).status).toBe(302);
    expect((await ask('/nowhere')).status).toBe(302);
  });

  it('follows redirects for a HEAD request in the same way as for a GET request', async () => {
    expect((await ask('/?to=/end', { method: 'HEAD' })).status).toBe(200);
    expect(asked.map(({ url }) => url)).toEqual(['/?to=/end', '/end']);
  });

  it.each(['http://127.0.0.1', 'http://localhost', 'http://2130706433', 'http://[::1]'])(
    'does not send a request to %s, which is not public',
    async (origin) => {
      const { isAllowed: _open, ...options } = OPEN;
      await expect(guardedRequest(new URL(`${origin}:${port}/`), options)).rejects.toThrow(/not public/);
      expect(asked).toEqual([]);
    },
  );
});

function loop(): string {
  const to = (path: string): string => `/?to=${encodeURIComponent(path)}`;
  return to(to(to(to('/end'))));
}
