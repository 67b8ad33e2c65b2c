import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ask as askUrl, startTestServer, stopAll, until } from './test-support.js';

afterEach(stopAll);

const ECHO = { 'a.rego': 'package a\n\nsize := count(input)' };
const small = { server: { decoding: { max_length: 1_000, gzip: { max_length: 5_000 } } } };

/** Sends raw text and returns the response up to the end of the connection, or until `enough` returns true. */
function raw(url: string, text: string, enough = (_said: string): boolean => false): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString();
      if (enough(said)) socket.destroy();
    });
    socket.on('close', () => {
      resolve(said);
    });
    socket.on('error', reject);
  });
}

describe('a request body', () => {
  it('is refused before it is sent if its Content-Length is too large', async () => {
    const { url } = await startTestServer({ modules: ECHO, config: small });
    const said = await raw(
      url,
      'POST /v1/data/a/size HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000000\r\n\r\n',
      (text) => text.includes('}'),
    );
    expect(said).toMatch(/^HTTP\/1.1 400 /);
    expect(said).toContain('request body too large: 2.8 GiB exceeds limit of 1000 bytes (server.decoding.max_length)');
  });

  it('is refused at the limit if its length is unknown', async () => {
    const { url } = await startTestServer({ modules: ECHO, config: small });
    const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`;
    const said = await raw(
      url,
      `POST /v1/data/a/size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
      (text) => text.includes('}'),
    );
    expect(said).toMatch(/^HTTP\/1.1 400 [^]*Connection: close/i);
    expect(said).toContain('request body too large: exceeds limit of 1000 bytes (server.decoding.max_length)');
  });

  it('cannot decompress to more than the limit', async () => {
    const { ask } = await startTestServer({ modules: ECHO, config: small });
    const bomb = gzipSync(JSON.stringify({ input: 'x'.repeat(100_000) }));
    expect(bomb.length).toBeLessThan(1_000);
    expect(await ask('POST', '/v1/data/a/size', bomb, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      json: {
        message:
          'request body too large: decompressed size exceeds limit of 5000 bytes (server.decoding.gzip.max_length)',
      },
    });
    expect(await ask('PUT', '/v1/policies/x', 'x'.repeat(1_001))).toMatchObject({ status: 400 });
  });

  it('is refused if it nests too deeply, and the server keeps running', async () => {
    const { ask } = await startTestServer({ modules: ECHO });
    const deep = `{"input": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(await ask('POST', '/v1/data/a/size', deep)).toMatchObject({
      status: 400,
      json: { code: 'invalid_parameter' },
    });
    expect(await ask('PUT', '/v1/data/x', '['.repeat(100_000))).toMatchObject({ status: 400 });
    expect(await ask('GET', '/health')).toMatchObject({ status: 200 });
  });
});

describe('an evaluation', () => {
  const LOOP = {
    'a.rego':
      'package a\n\nslow := count([1 | some x in numbers.range(1, 10000); some y in numbers.range(1, 10000); x == y])',
  };

  it.each([
    ['steps', { maxSteps: 10_000 }, 'the evaluation took more than 10000 steps'],
    ['time', { deadlineMs: 20 }, 'the evaluation took longer than 20 ms'],
  ])('stops at the limit of %s', async (_what, limits, message) => {
    const { ask } = await startTestServer({ modules: LOOP, limits });
    const ended = {
      status: 500,
      json: {
        code: 'internal_error',
        message: 'error(s) occurred while evaluating query',
        errors: [{ code: 'eval_cancel_error', message }],
      },
    };
    expect(await ask('POST', '/v1/data/a/slow', { input: 1 })).toMatchObject(ended);
    expect(await ask('GET', '/v1/data/a/slow')).toMatchObject(ended);
    expect(await ask('GET', '/v1/query?q=data.a.slow')).toMatchObject(ended);
    expect(await ask('POST', '/v0/data/a/slow', {})).toMatchObject(ended);
  });
});

describe('a path', () => {
  it('can be long and lead below the value of a rule', async () => {
    const { ask } = await startTestServer({ modules: { 'a.rego': 'package a\n\np := {"x": [7]}' } });
    for (const name of ['x', 'y', 'z']) {
      expect(await ask('GET', `/v1/data/a/p/${name.repeat(5_000)}`)).toMatchObject({ status: 200, text: '{}\n' });
    }
    expect(await ask('GET', `/v1/data/a/p${'/x'.repeat(5_000)}`)).toMatchObject({ status: 200, text: '{}\n' });
    expect(await ask('GET', '/v1/data/a/p/x/0')).toMatchObject({ text: '{"result":7}\n' });
  });

  it.each([
    ['GET', '/nothing', 404, '404 page not found\n'],
    ['GET', '/v1', 404, '404 page not found\n'],
    ['GET', '/v1/datax', 404, '404 page not found\n'],
    ['HEAD', '/v1/data', 405, ''],
    ['PUT', '/v1/query', 405, ''],
    ['POST', '/health', 405, 'Method Not Allowed\n'],
    ['DELETE', '/v1/data', 405, ''],
    ['DELETE', '/v1/data/', 301, ''],
    ['GET', '/v1/data/bad%zz', 400, '400 Bad Request'],
    ['GET', '/v1/data/a/', 301, '<a href="/v1/data/a">Moved Permanently</a>.\n\n'],
  ])('%s %s returns %i', async (method, path, status, text) => {
    const { ask } = await startTestServer();
    expect(await ask(method, path)).toMatchObject({ status, text });
  });

  it('with empty or dot segments redirects to the normalized path', async () => {
    const { url } = await startTestServer();
    const said = await raw(url, 'GET /v1//data/../data/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1.1 307 [^]*Location: \/v1\/data\/x\r\n/);
  });
});

describe('the server', () => {
  it('returns 400 for invalid HTTP and closes the connection', async () => {
    const { url } = await startTestServer();
    expect(await raw(url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('completes running requests at shutdown and does not accept new ones', async () => {
    const { url, server } = await startTestServer({ modules: ECHO });
    const head = 'POST /v1/data/a/size HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nExpect: 100-continue\r\n\r\n';
    let stopped: Promise<void> | undefined;
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(head));
      socket.on('data', (chunk) => {
        text += chunk.toString();
        // The request is running and waits for its body.
        if (stopped === undefined) {
          stopped = server.stop(60_000);
          socket.write('{"input": [1]} ');
        }
      });
      socket.on('close', () => {
        resolve(text);
      });
    });
    expect(said).toContain('{"result":1}\n');
    await stopped;
    await expect(askUrl(url, 'GET', '/health')).rejects.toThrow();
  });

  it('aborts requests that exceed the grace period', async () => {
    const { url, server } = await startTestServer({ modules: ECHO });
    let isConnected = false;
    const said = raw(
      url,
      'POST /v1/data/a/size HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\nExpect: 100-continue\r\n\r\n',
      () => {
        isConnected = true;
        return false;
      },
    );
    await until(() => isConnected);
    await server.stop(10);
    expect(await said).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  });

  it('counts requests for Prometheus', async () => {
    const { ask } = await startTestServer();
    await ask('POST', '/v1/data/x', {});
    await ask('GET', '/nothing');
    const { text, headers } = await ask('GET', '/metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('http_request_duration_seconds_count{code="200",handler="v1/data",method="post"} 1\n');
    expect(text).toContain(
      'http_request_duration_seconds_bucket{code="404",handler="catchall",method="get",le="+Inf"} 1\n',
    );
    expect(text).toMatch(/^# TYPE http_request_duration_seconds histogram$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('serves only health and metrics on its diagnostic address', async () => {
    const { ask, server } = await startTestServer({ diagnosticAddresses: ['127.0.0.1:0'] });
    const [url = ''] = server.diagnosticUrls;
    expect(await askUrl(url, 'GET', '/health')).toMatchObject({ status: 200, text: '{}\n' });
    expect(await askUrl(url, 'GET', '/metrics')).toMatchObject({ status: 200 });
    expect(await askUrl(url, 'GET', '/v1/data')).toMatchObject({ status: 404 });
    expect(await ask('GET', '/v1/data')).toMatchObject({ status: 200 });
  });

  it('returns its configuration without credentials', async () => {
    const config = {
      services: { acme: { url: 'https://acme.example', credentials: { bearer: { token: 'secret' } } } },
      keys: { k: { algorithm: 'HS256', key: 'secret' } },
      labels: { region: 'west' },
    };
    const { ask } = await startTestServer({ config });
    const { json, text } = await ask('GET', '/v1/config');
    expect(text).not.toContain('secret');
    expect(json).toMatchObject({
      result: {
        default_decision: '/system/main',
        labels: { region: 'west', version: '1.2.3' },
        services: { acme: { url: 'https://acme.example' } },
        keys: { k: { algorithm: 'HS256' } },
      },
    });
  });

  it('evaluates the policies in system.health', async () => {
    const modules = { 'h.rego': 'package system.health\n\nlive := true\n\nready := input.plugins_ready\n\nother := 1' };
    const { ask } = await startTestServer({ modules });
    expect(await ask('GET', '/health/live')).toMatchObject({ status: 200, text: '{}\n' });
    expect(await ask('GET', '/health/ready')).toMatchObject({ status: 200 });
    expect(await ask('GET', '/health/other')).toMatchObject({
      status: 500,
      text: '{"error":"health check (data.system.health.other) returned unexpected value"}\n',
    });
    expect(await ask('GET', '/health/none')).toMatchObject({
      status: 500,
      text: '{"error":"health check (data.system.health.none) was undefined"}\n',
    });
    expect(await ask('GET', '/v1/status')).toMatchObject({
      status: 500,
      json: { message: 'status plugin not enabled' },
    });
  });
});
