import { gzipSync } from 'node:zlib';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { openTestSurface, type TestSurface } from '../../../../test/support/test-surface';
import { AcceptsBody, Sent, type SentBody } from './accepted-body';
import { PublicRoute } from '../routes/route-access';

const LIMIT = 2 * 1024 * 1024;

@Controller()
class EchoController {
  @Post('binary')
  @PublicRoute()
  @AcceptsBody({ types: ['application/gzip', 'text/plain'], limitBytes: LIMIT })
  binary(@Sent() body: SentBody | null): object {
    return body === null ? { body } : { type: body.type, base64: body.bytes.toString('base64').slice(0, 100) };
  }

  @Post('json')
  @PublicRoute()
  json(@Body() body: unknown, @Sent() sent: SentBody | null): object {
    return { body, sent };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

let surface: TestSurface;
let url: string;

beforeAll(async () => {
  surface = await openTestSurface(EchoModule);
  url = surface.url;
});

afterAll(() => surface.close());

async function post(path: string, body: Uint8Array | string | null, headers: Record<string, string>): Promise<unknown> {
  const sent = typeof body === 'string' || body === null ? body : Buffer.from(body);
  const answer = await fetch(url + path, { method: 'POST', body: sent, headers });
  const { error, ...members } = (await answer.json()) as { error?: string };
  return answer.status === 201 ? members : { status: answer.status, error };
}

const GZIP = { 'content-type': 'application/gzip' };

describe('a route that declares the content types it accepts', () => {
  it('receives the original bytes and the type without parameters', async () => {
    expect(await post('/binary', Buffer.from([0, 255, 1]), GZIP)).toEqual({ type: 'application/gzip', base64: 'AP8B' });
    const text = { 'content-type': 'text/plain; charset=utf-8' };
    expect(await post('/binary', 'ü', text)).toEqual({ type: 'text/plain', base64: 'w7w=' });
  });

  it('receives a decompressed body', async () => {
    const body = gzipSync('abc');
    expect(await post('/binary', body, { ...GZIP, 'content-encoding': 'gzip' })).toMatchObject({ base64: 'YWJj' });
  });

  it('receives `null` if no body was sent', async () => {
    expect(await post('/binary', null, GZIP)).toEqual({ body: null });
  });

  it('refuses other types', async () => {
    const refused = { status: 415, error: 'unsupported_media_type' };
    expect(await post('/binary', '{}', { 'content-type': 'application/json' })).toEqual(refused);
    expect(await post('/binary', Buffer.from('x'), {})).toEqual(refused);
  });

  it('accepts bodies up to its own limit, measured after decompression', async () => {
    const refused = { status: 413, error: 'payload_too_large' };
    expect(await post('/binary', Buffer.alloc(LIMIT), GZIP)).toMatchObject({ type: 'application/gzip' });
    expect(await post('/binary', Buffer.alloc(LIMIT + 1), GZIP)).toEqual(refused);
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    expect(await post('/binary', bomb, { ...GZIP, 'content-encoding': 'gzip' })).toEqual(refused);
  });
});

describe('a route that declares no content types', () => {
  it('accepts only JSON of at most 1 MiB', async () => {
    const json = { 'content-type': 'application/json' };
    expect(await post('/json', '{"a": 1}', json)).toEqual({ body: { a: 1 }, sent: null });
    expect(await post('/json', JSON.stringify('x'.repeat(1024 * 1024)), json)).toMatchObject({ status: 413 });
    expect(await post('/json', 'x', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
  });
});
