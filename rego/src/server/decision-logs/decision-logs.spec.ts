import { gunzipSync } from 'node:zlib';
import { bodyOf, startPeer, startTestServer, stopAll, type TestServer, until } from '../test-support.js';
import { RateLimit } from './rate-limit.js';

afterEach(stopAll);

const POLICY =
  'package a\n\nallow := input.user == "ann"\n\nfail := {"x": 1 | some x in [1, 2]}\n\nconflict := 1 if input.x\n\nconflict := 2 if input.x';
type Event = Readonly<Record<string, unknown>>;

interface Collector {
  readonly url: string;
  readonly batches: Event[][];
  readonly sizes: number[];
  status: number;
}

async function collector(): Promise<Collector> {
  const collected: { batches: Event[][]; sizes: number[]; status: number } = { batches: [], sizes: [], status: 200 };
  const { url } = await startPeer((request, response) => {
    void bodyOf(request).then((body) => {
      if (collected.status === 200) {
        collected.sizes.push(body.length);
        collected.batches.push(JSON.parse(gunzipSync(body).toString()) as Event[]);
      }
      response.writeHead(collected.status).end();
    });
  });
  return Object.assign(collected, { url });
}

const QUICK = { min_delay_seconds: 0.01, max_delay_seconds: 0.02 };
const sending = (url: string, reporting: Event = {}): Event => ({
  services: { s: { url } },
  decision_logs: { service: 's', reporting: { ...QUICK, ...reporting } },
});
const decide = ({ ask }: TestServer, user: string): ReturnType<TestServer['ask']> =>
  ask('POST', '/v1/data/a/allow', { input: { user, password: 'secret' } });

describe('the console decision log', () => {
  const config = {
    decision_logs: { console: true, request_context: { http: { headers: ['X-Who'] } } },
    labels: { app: 'test' },
  };

  it('has an event for each decision, with the decision ID of the response', async () => {
    const server = await startTestServer({ modules: { 'a.rego': POLICY }, config });
    const { json } = await server.ask(
      'POST',
      '/v1/data/a/allow',
      { input: { user: 'ann' }, extra: 1 },
      { 'x-who': 'me' },
    );
    const { decision_id: id } = json as { decision_id: string };
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(server.decisions).toEqual([
      expect.objectContaining({
        decision_id: id,
        labels: expect.objectContaining({ app: 'test', version: '1.2.3' }) as unknown,
        input: { user: 'ann' },
        result: true,
        path: 'a/allow',
        msg: 'Decision Log',
        type: 'openpolicyagent.org/decision_logs',
        requested_by: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown,
        metrics: expect.objectContaining({ timer_server_handler_ns: expect.any(Number) as unknown }) as unknown,
        request_context: { http: { headers: { 'X-Who': ['me'] } } },
        custom: { request_metadata: { extra: 1 } },
      }),
    ]);
  });

  it('includes errors and queries', async () => {
    const server = await startTestServer({ modules: { 'a.rego': POLICY }, config });
    await server.ask('POST', '/v1/data/a/conflict', { input: { x: 1 } });
    await server.ask('GET', '/v1/query?q=x=1');
    await server.ask('POST', '/v0/data/a/none', {});
    expect(server.decisions).toMatchObject([
      { path: 'a/conflict', error: { code: 'eval_conflict_error' } },
      { query: 'x=1', result: [{ x: 1 }] },
      { path: 'a/none', input: {} },
    ]);
  });

  it('applies system.log.mask and system.log.drop', async () => {
    const mask = `package system.log

mask contains "/input/password"

mask contains {"op": "upsert", "path": "/input/user", "value": "***"} if input.input.user == "ann"

mask contains "/result" if input.input.user == "eve"

drop if input.input.user == "ben"`;
    const server = await startTestServer({ modules: { 'a.rego': POLICY, 'mask.rego': mask }, config });
    for (const user of ['ann', 'ben', 'eve']) await decide(server, user);
    expect(server.decisions).toMatchObject([
      { input: { user: '***' }, erased: ['/input/password'], masked: ['/input/user'], result: true },
      { input: { user: 'eve' }, erased: ['/input/password', '/result'] },
    ]);
    expect(JSON.stringify(server.decisions)).not.toContain('secret');
    expect(server.decisions[1]).not.toHaveProperty('result');
  });

  it.each([
    ['is not a path', 'mask contains "input/password"'],
    ['leads elsewhere', 'mask contains "/labels/id"'],
    ['has an unknown operation', 'mask contains {"op": "hide", "path": "/input"}'],
    ['fails', 'mask := 1 if input.input\n\nmask := 2 if input.input'],
  ])('does not log a decision when a mask %s', async (_what, rule) => {
    const server = await startTestServer({
      modules: { 'a.rego': POLICY, 'mask.rego': `package system.log\n\n${rule}` },
      config,
    });
    expect(await decide(server, 'ann')).toMatchObject({ status: 200 });
    expect(server.decisions).toEqual([]);
    expect(server.log.map(({ msg }) => msg)).toContain('Log event masking failed.');
  });
});

describe('uploaded decisions', () => {
  it('are sent in gzip batches of the configured maximum size', async () => {
    const peer = await collector();
    const server = await startTestServer({
      modules: { 'a.rego': POLICY },
      config: sending(peer.url, { upload_size_limit_bytes: 1_000 }),
    });
    for (let count = 0; count < 30; count++) await decide(server, `user ${count}`);
    await until(() => peer.batches.flat().length === 30);
    expect(Math.max(...peer.sizes)).toBeLessThanOrEqual(1_000);
    expect(peer.batches.flat().map(({ input }) => (input as { user: string }).user)).toEqual(
      Array.from({ length: 30 }, (_, count) => `user ${count}`),
    );
  });

  it('are sent again after a failure, and sent at shutdown', async () => {
    const peer = await collector();
    peer.status = 500;
    const server = await startTestServer({ modules: { 'a.rego': POLICY }, config: sending(peer.url) });
    await decide(server, 'ann');
    await until(() => server.log.some(({ err }) => /HTTP 500/.test(String(err))));
    peer.status = 200;
    await until(() => peer.batches.length === 1);
    const late = await startTestServer({
      modules: { 'a.rego': POLICY },
      config: sending(peer.url, { min_delay_seconds: 600, max_delay_seconds: 600 }),
    });
    await decide(late, 'ben');
    await late.server.stop(60_000);
    expect(peer.batches.flat()).toMatchObject([{ input: { user: 'ann' } }, { input: { user: 'ben' } }]);
  });

  it('lose the oldest events when the buffer is full', async () => {
    const peer = await collector();
    const late = { min_delay_seconds: 600, max_delay_seconds: 600 };
    const config = sending(peer.url, { ...late, buffer_type: 'event', buffer_size_limit_events: 2 });
    const server = await startTestServer({ modules: { 'a.rego': POLICY }, config });
    for (const user of ['1', '2', '3', '4']) await decide(server, user);
    const { text } = await server.ask('GET', '/metrics');
    expect(text).toMatch(/^decision_logs_dropped_buffer_size_limit_bytes_exceeded 2$/m);
    await server.server.stop(60_000);
    expect(peer.batches.flat()).toMatchObject([{ input: { user: '3' } }, { input: { user: '4' } }]);
  });

  it('are limited per second', async () => {
    const peer = await collector();
    const server = await startTestServer({
      modules: { 'a.rego': POLICY },
      config: sending(peer.url, { max_decisions_per_second: 0 }),
    });
    await decide(server, 'ann');
    await decide(server, 'ben');
    await until(() => peer.batches.flat().length === 1);
    expect((await server.ask('GET', '/metrics')).text).toMatch(/^decision_logs_dropped_rate_limit_exceeded 1$/m);
  });
});

it('a token bucket refills over time', () => {
  let now = 0;
  const limit = new RateLimit(2, () => now);
  expect([limit.take(), limit.take(), limit.take()]).toEqual([true, true, false]);
  now = 500;
  expect([limit.take(), limit.take()]).toEqual([true, false]);
});
