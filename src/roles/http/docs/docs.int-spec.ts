import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { call } from '../../../../test/support/http-client';
import { openTestSurface, type TestSurface } from '../../../../test/support/test-surface';
import { openApiFile } from '../../openapi/openapi';
import { ApiDocument } from './api-document';
import { DocsController } from './docs.controller';

@Module({
  controllers: [DocsController],
  providers: [{ provide: ApiDocument, useValue: new ApiDocument('backend') }],
})
class DocsModule {}

let surface: TestSurface;

beforeAll(async () => {
  surface = await openTestSurface(DocsModule);
});

afterAll(() => surface.close());

it('publishes the committed document, with an entity tag for revalidation', async () => {
  const { status, headers, body } = await call(`${surface.url}/openapi.json`);
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(readFileSync(openApiFile('backend'), 'utf8')));
  const again = await call(`${surface.url}/openapi.json`, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
  expect([again.status, again.text]).toEqual([304, '']);
});

it('gives language models a list of every operation that a program calls, one per line', async () => {
  const { headers, text } = await call(`${surface.url}/llms.txt`);
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(text).toMatch(/^# CoreSDK backend /);
  expect(text).toContain('- `POST /v1/projects`: Create a project. Needs the scope `projects.write`.');
  expect(text).not.toContain('/oauth/sign-in');
  expect(text).toContain('[the text of all pages](/docs/llms-full.txt)');
});

describe.each(['/openapi.json', '/llms.txt'])('%s', (place) => {
  const get = (headers: Readonly<Record<string, string>>) => call(`${surface.url}${place}`, { headers });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['identity', null],
  ])('is sent to a client that accepts %s in the coding %s', async (accepted, coding) => {
    const plain = await get({ 'accept-encoding': 'identity' });
    const { status, headers, text } = await get({ 'accept-encoding': accepted });
    expect([status, headers.get('content-encoding'), headers.get('content-type')]).toEqual([
      ...[200, coding],
      plain.headers.get('content-type'),
    ]);
    expect(headers.get('vary')).toContain('Accept-Encoding');
    expect(text).toBe(plain.text);
    const [size, whole] = [headers, plain.headers].map((sent) => Number(sent.get('content-length')));
    expect(size).toBeGreaterThan(0);
    expect(coding === null ? size === whole : Number(size) < Number(whole) / 3).toBe(true);
  });

  it('has a strong entity tag for each coding, which only revalidates that coding', async () => {
    const tags = new Map<string, string>();
    for (const coding of ['br', 'gzip', 'identity']) {
      tags.set(coding, (await get({ 'accept-encoding': coding })).headers.get('etag') ?? '');
    }
    expect(new Set(tags.values()).size).toBe(3);
    for (const [coding, tag] of tags) {
      expect(tag).toMatch(/^"[\w-]{43}"$/);
      const again = await get({ 'accept-encoding': coding, 'if-none-match': tag });
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.headers.get('vary')).toContain('Accept-Encoding');
      const other = await get({ 'accept-encoding': coding === 'br' ? 'gzip' : 'br', 'if-none-match': tag });
      expect(other.status).toBe(200);
    }
  });

  it('responds to HEAD without content', async () => {
    const { status, headers, text } = await call(`${surface.url}${place}`, {
      method: 'HEAD',
      headers: { 'accept-encoding': 'br' },
    });
    expect([status, headers.get('content-encoding'), text]).toEqual([200, 'br', '']);
  });
});
