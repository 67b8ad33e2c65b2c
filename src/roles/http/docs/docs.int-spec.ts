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
