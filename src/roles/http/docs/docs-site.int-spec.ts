import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Module } from '@nestjs/common';
import { type Call, call } from '../../../../test/support/http-client';
import { rawRequest } from '../../../../test/support/raw-http';
import { openTestSurface, type TestSurface } from '../../../../test/support/test-surface';
import { DocsSite } from './docs-site';
import { DocsSiteController } from './docs-site.controller';

const base = mkdtempSync(path.join(tmpdir(), 'coresdk-docs-'));
const folder = path.join(base, 'site');

@Module({ controllers: [DocsSiteController], providers: [{ provide: DocsSite, useValue: new DocsSite(folder) }] })
class DocsSiteModule {}

let surface: TestSurface;

beforeAll(async () => {
  surface = await openTestSurface(DocsSiteModule);
});

afterAll(async () => {
  await surface.close();
  rmSync(base, { recursive: true, force: true });
});

const get = (place: string, options: Call = {}) => call(`${surface.url}${place}`, options);
/** Sends the path as is; `fetch` would normalize it. */
const rawGet = (place: string) =>
  rawRequest(surface.url, `GET ${place} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);

it('returns 404 with the command to run while the site is not built', async () => {
  const { status, body } = await get('/docs/');
  expect([status, body.error]).toEqual([404, 'not_found']);
  expect(body.error_description).toContain('Run `npm run build`');
});

describe('the root path', () => {
  const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

  it.each(['GET', 'HEAD'])('redirects browsers to the documentation (%s)', async (method) => {
    const { status, headers } = await get('/?from=bookmark', { method, headers: { accept: BROWSER } });
    expect([status, headers.get('location')]).toEqual([302, 'docs/']);
    expect(headers.get('vary')).toContain('Accept');
  });

  it.each(['*/*', 'application/json', 'application/json, text/html;q=0.5'])(
    'returns 404 and names the documentation for clients that accept %s',
    async (accept) => {
      const { status, body } = await get('/', { headers: { accept } });
      expect([status, body.error]).toEqual([404, 'not_found']);
      expect(body.error_description).toContain('The documentation is at `/docs/`');
    },
  );
});

describe('a built site', () => {
  beforeAll(() => {
    mkdirSync(path.join(folder, 'assets'), { recursive: true });
    mkdirSync(path.join(folder, 'guides'));
    writeFileSync(path.join(base, 'secret.html'), 'secret');
    writeFileSync(path.join(folder, '.hidden.html'), 'secret');
    writeFileSync(
      path.join(folder, 'index.html'),
      '<script src="/docs/assets/app.js"></script><script>home()</script>',
    );
    writeFileSync(path.join(folder, '404.html'), '<p>Page not found</p>');
    writeFileSync(path.join(folder, 'guides/policies.html'), '<p>Policies</p>');
    writeFileSync(path.join(folder, 'assets/@index.abc.js'), 'export {}');
    writeFileSync(path.join(folder, 'assets/@index.abc.js.br'), brotliCompressSync('export {}'));
    writeFileSync(path.join(folder, 'assets/@index.abc.js.gz'), gzipSync('export {}'));
    writeFileSync(path.join(folder, 'notes.md'), 'not of the site');
  });

  it('redirects /docs to /docs/ with a relative address', async () => {
    const { status, headers } = await get('/docs');
    expect([status, headers.get('location')]).toEqual([302, 'docs/']);
  });

  it.each([
    ['/docs/', 'text/html; charset=utf-8', 'home()'],
    ['/docs/index.html', 'text/html; charset=utf-8', 'home()'],
    ['/docs/guides/policies', 'text/html; charset=utf-8', 'Policies'],
    ['/docs/guides/policies?from=mail', 'text/html; charset=utf-8', 'Policies'],
    ['/docs/assets/@index.abc.js', 'text/javascript; charset=utf-8', 'export {}'],
  ])('serves %s', async (place, type, text) => {
    const found = await get(place);
    expect([found.status, found.headers.get('content-type')]).toEqual([200, type]);
    expect(found.text).toContain(text);
  });

  it('lets a page run its own inline scripts, identified by their hashes, but no others', async () => {
    const { headers } = await get('/docs/');
    const policy = headers.get('content-security-policy') ?? '';
    // printf 'home()' | openssl dgst -sha256 -binary | base64
    expect(policy).toContain("script-src 'self' 'sha256-yxdkh16iERnDsCx9b0YdmMvVm+FFPx8nmxo7cNL1h+U=';");
    expect(policy).toMatch(/^default-src 'none';/);
    const other = await get('/docs/guides/policies');
    expect(other.headers.get('content-security-policy')).toContain("script-src 'self';");
  });

  it('lets browsers cache files whose names change with their content, and revalidate all others', async () => {
    const asset = await get('/docs/assets/@index.abc.js');
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const page = await get('/docs/');
    expect(page.headers.get('cache-control')).toBe('private, no-cache');
    const headers = { 'if-none-match': page.headers.get('etag') ?? '' };
    const again = await get('/docs/', { headers });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['deflate', null],
    ['identity', null],
  ])('sends an asset to a client that accepts %s in the coding %s', async (accepted, coding) => {
    const headers = { 'accept-encoding': accepted };
    const { status, headers: sent, text } = await get('/docs/assets/@index.abc.js', { headers });
    expect([status, sent.get('content-encoding'), text]).toEqual([200, coding, 'export {}']);
    expect(sent.get('vary')).toContain('Accept-Encoding');
  });

  it('gives each coding of an asset its own entity tag', async () => {
    const tags = await Promise.all(
      ['br', 'gzip', 'identity'].map(async (coding) => {
        const { headers } = await get('/docs/assets/@index.abc.js', { headers: { 'accept-encoding': coding } });
        return headers.get('etag');
      }),
    );
    expect(new Set(tags).size).toBe(3);
  });

  it('responds to HEAD in the same way as to GET, but without a body', async () => {
    const { status, headers, text } = await get('/docs/guides/policies', { method: 'HEAD' });
    expect([status, headers.get('content-length'), text]).toEqual([200, '15', '']);
  });

  it.each([
    '/docs/guides/none',
    '/docs/guides/policies/',
    '/docs/guides',
    '/docs/notes.md',
    '/docs/assets/@index.abc.js.br',
    '/docs/.hidden',
    '/docs/%2e%2e/secret',
    '/docs/..%2fsecret',
    '/docs/guides/..%2f..%2fsecret',
    '/docs/%2Fetc%2Fpasswd',
    '/docs/guides%2fpolicies',
    '/docs//guides/policies',
    '/docs/guides\\policies',
    '/docs/%00',
    `/docs/${'a/'.repeat(2_000)}`,
    `/docs/${'a'.repeat(300)}`,
  ])('returns the site’s 404 page for %s', async (place) => {
    const { status, text } = await rawGet(place);
    expect([status, text]).toEqual([404, '<p>Page not found</p>']);
  });

  it('rejects a path that is not UTF-8', async () => {
    expect((await rawGet('/docs/%E0%A4%A')).status).toBe(400);
  });

  it('does not serve files from outside the site', async () => {
    for (const place of ['/docs/../secret', '/docs/../../secret.html', '/docs/assets/../../secret']) {
      expect([place, (await rawGet(place)).status]).toEqual([place, 404]);
    }
  });
});
