import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Response } from 'express';
import { isJsonAnswer, isPlainJson, sendJson } from './send-json';

const BODIES: Readonly<Record<string, object>> = {
  ascii: { key: 'APOLLO', total: 2 },
  unicode: { name: 'Zoë', city: '東京', emoji: '🚀', latin1: 'é' },
  list: [1, 'two', null],
  empty: {},
  long: { text: 'x'.repeat(100_000) },
};

describe('JSON responses', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const app = express().disable('etag').disable('x-powered-by');
    app.get('/express/:body', ({ params }, response) => {
      response.json(BODIES[params.body]);
    });
    app.get('/ours/:body', ({ params }, response) => {
      sendJson(response, JSON.stringify(BODIES[params.body]));
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => server.close());

  it.each(Object.keys(BODIES))("equal Express's responses for GET and HEAD: %s", async (name) => {
    const answer = async (sender: string, method: string): Promise<unknown> => {
      const response = await fetch(`${url}/${sender}/${name}`, { method });
      const headers = Object.fromEntries(response.headers);
      delete headers['date'];
      return [response.status, headers, Buffer.from(await response.arrayBuffer()).toString('hex')];
    };
    for (const method of ['GET', 'HEAD']) expect(await answer('ours', method)).toEqual(await answer('express', method));
  });

  it('are used only for plain objects and arrays', () => {
    expect([{}, [], { a: 1 }].map(isPlainJson)).toEqual([true, true, true]);
    const others = [null, undefined, 'text', 1, Buffer.from('x'), new Error('x'), new Date(), new Map()];
    expect(others.filter(isPlainJson)).toEqual([]);
  });

  it.each([
    ['a custom media type', { type: 'application/scim+json' }],
    ['no body', { statusCode: 204 }],
    ['a condition', { headers: { 'if-none-match': '*' } }],
    ['a time condition', { headers: { 'if-modified-since': 'Tue, 01 Dec 2026 00:00:00 GMT' } }],
  ])('are sent by Express with %s', (_, { type, statusCode = 200, headers = {} }: Partial<Case>) => {
    const response = { req: { headers }, statusCode, hasHeader: () => type !== undefined };
    expect(isJsonAnswer(response as unknown as Response)).toBe(false);
    expect(isJsonAnswer({ req: { headers: {} }, statusCode: 200, hasHeader: () => false } as never)).toBe(true);
  });
});

interface Case {
  readonly type: string;
  readonly statusCode: number;
  readonly headers: object;
}
