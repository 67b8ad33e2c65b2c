import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../../test/support/loopback-certificate';
import { isPublicAddress } from '../../kernel/network/public-address';
import { fetchJwks } from './fetch-jwks';

const open = { isAllowed: () => true, ca: LOOPBACK_CERTIFICATE, timeoutMs: 500 };
let server: Server;
let base: string;
let asked: string[];

beforeAll(async () => {
  server = createServer({ cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }, (request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/jwks') response.end('{"keys":[]}');
    else if (request.url === '/moved') response.writeHead(302, { Location: '/jwks' }).end();
    else if (request.url === '/large') response.end('x'.repeat(65 * 1024));
    else if (request.url === '/slow') response.write('{');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  asked = [];
});

describe('fetching a jwks_uri', () => {
  it('returns the response body', async () => {
    expect(await fetchJwks(`${base}/jwks`, open)).toBe('{"keys":[]}');
    expect(await fetchJwks(`${base.replace('127.0.0.1', 'localhost')}/jwks`, open)).toBe('{"keys":[]}');
  });

  it.each([
    ['/moved', /responded with 302/],
    ['/missing', /responded with 404/],
    ['/large', /more than 65536 bytes/],
    ['/slow', /did not send a complete response within 0.5 seconds/],
  ])('fails for %s', async (path, words) => {
    await expect(fetchJwks(base + path, open)).rejects.toThrow(words);
    // A redirect is not followed.
    expect(asked).toEqual([path]);
  });

  it('fails for a server without a trusted certificate', async () => {
    await expect(fetchJwks(`${base}/jwks`, { isAllowed: () => true })).rejects.toThrow(/certificate/i);
    expect(asked).toEqual([]);
  });

  it.each(['https://127.0.0.1', 'https://localhost', 'https://[::1]', 'https://[::ffff:127.0.0.1]', 'https://127.1'])(
    'fails for %s, which is not public, without sending a request',
    async (origin) => {
      const uri = `${origin}:${new URL(base).port}/jwks`;
      await expect(fetchJwks(uri, { ...open, isAllowed: isPublicAddress })).rejects.toThrow(/not public/);
      expect(asked).toEqual([]);
    },
  );

  it('fails for a URI without https', async () => {
    await expect(fetchJwks(`${base.replace('https', 'http')}/jwks`, open)).rejects.toThrow(/not https/);
  });
});
