import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { eventually } from '../../../../test/support/eventually';
import { openTestSurface, type TestSurface } from '../../../../test/support/test-surface';
import { openSocket, rawRequest } from '../../../../test/support/raw-http';
import { inputThrottle } from '../../threads/input-throttle';
import { AcceptsBody, JsonLimit, Sent, type SentBody } from './accepted-body';
import { PublicRoute } from '../routes/route-access';

const MIB = 1024 * 1024;
const TOO_LARGE = 'Send it as text.';

let running = 0;
const letGo: (() => void)[] = [];

@Controller()
class HoldingController {
  @Post('held')
  @HttpCode(200)
  @PublicRoute()
  async held(@Body() body: unknown): Promise<object> {
    running += 1;
    await new Promise<void>((resolve) => letGo.push(resolve));
    running -= 1;
    if (Array.isArray(body)) throw new Error('A fault of the handler.');
    return {};
  }

  @Post('short')
  @HttpCode(200)
  @PublicRoute()
  @JsonLimit(1000)
  short(@Body() body: unknown): object {
    return { length: String(body).length };
  }

  @Post('either')
  @HttpCode(200)
  @PublicRoute()
  @AcceptsBody({
    types: ['text/plain', 'application/json'],
    limitBytes: 5000,
    json: { limitBytes: 1000, tooLarge: TOO_LARGE },
  })
  either(@Sent() body: SentBody | null): object {
    return { length: body?.bytes.length };
  }

  @Get('alive')
  @PublicRoute()
  alive(): object {
    return {};
  }
}

@Module({ controllers: [HoldingController] })
class HoldingModule {}

let surface: TestSurface;
let url: string;

beforeAll(async () => {
  // The client also keeps this process busy, but this test is only about waiting for memory.
  jest.spyOn(inputThrottle, 'isAllowed').mockReturnValue(true);
  surface = await openTestSurface(HoldingModule);
  url = surface.url;
});

afterAll(async () => {
  jest.restoreAllMocks();
  await surface.close();
});

const megabyte = JSON.stringify('x'.repeat(MIB - 2));
const JSON_TYPE = { 'content-type': 'application/json' };

async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: object = {}) {
  const answer = await fetch(url + path, { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: (await answer.json()) as { error?: string; error_description?: string },
  };
}

/** Lets every handler finish, including the handlers of requests that are admitted in the meantime, until all requests have responses. */
async function ended<T>(answers: readonly Promise<T>[]): Promise<readonly T[]> {
  const turn = setInterval(() => {
    for (const end of letGo.splice(0)) end();
  }, 5);
  try {
    return await Promise.all(answers);
  } finally {
    clearInterval(turn);
  }
}

async function untilRunning(count: number): Promise<void> {
  await eventually(() => expect(running).toBe(count));
  // Long enough for another handler to begin, if its request were admitted.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(running).toBe(count);
}

describe('large JSON bodies', () => {
  it('of one caller use at most 4 MiB at a time; the rest wait until handlers have responded or failed', async () => {
    const answers = Array.from({ length: 12 }, (_, index) =>
      post('/held', index % 2 === 0 ? megabyte : `[${megabyte.slice(0, -3)}"]`),
    );
    await untilRunning(4);
    expect(await post('/short', '"small"')).toMatchObject({ status: 200 });
    void letGo.shift()?.();
    void letGo.shift()?.();
    await eventually(() => expect(letGo.length).toBe(4));
    await untilRunning(4);
    const statuses = (await ended(answers)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(6).fill(200), ...Array<number>(6).fill(500)]);
  });

  it('of one caller wait, up to a total of 16 MiB; beyond that limit they are refused, unlike other requests', async () => {
    let refusals = 0;
    const answers = Array.from({ length: 40 }, async () => {
      const answer = await post('/held', megabyte);
      if (answer.status === 503) refusals++;
      return answer;
    });
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({ status: 503, retryAfter: '1', body: { error: 'unavailable' } });
    await untilRunning(4);
    expect((await fetch(`${url}/alive`)).status).toBe(200);
    // Before any request is released, 4 are running and 16 are waiting, so all others have been refused.
    await eventually(() => expect(refusals).toBe(20));
    const statuses = (await ended(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 503)).toHaveLength(20);
    const again = post('/held', megabyte);
    await untilRunning(1);
    expect(await ended([again])).toMatchObject([{ status: 200 }]);
  });

  it('leave the queue when their client disconnects', async () => {
    const first = Array.from({ length: 4 }, () => post('/held', megabyte));
    await untilRunning(4);
    const { port } = new URL(url);
    const sockets = Array.from({ length: 16 }, () => connect(Number(port), '127.0.0.1'));
    const head = `POST /held HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${megabyte.length}\r\n\r\n`;
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.write(head + megabyte, resolve))));
    // The queue holds 16 bodies per address, and is full.
    await eventually(async () => {
      const probe = await Promise.race([post('/held', megabyte), new Promise((resolve) => setTimeout(resolve, 100))]);
      expect(probe).toMatchObject({ status: 503 });
    });
    await Promise.all(sockets.map((socket) => once(socket.destroy(), 'close')));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const next = post('/held', megabyte);
    expect((await ended([...first, next])).map(({ status }) => status)).toEqual(Array<number>(5).fill(200));
  });
});

describe('a route with its own JSON limit', () => {
  it('accepts bodies up to its limit, measured after decompression', async () => {
    expect(await post('/short', JSON.stringify('x'.repeat(998)))).toMatchObject({ status: 200, body: { length: 998 } });
    const refused = { status: 413, body: { error: 'payload_too_large' } };
    expect(await post('/short', JSON.stringify('x'.repeat(999)))).toMatchObject(refused);
    const packed = new Uint8Array(gzipSync(JSON.stringify('x'.repeat(999))));
    expect(await post('/short', packed, { 'content-encoding': 'gzip' })).toMatchObject(refused);
  });

  it('names the accepted types if it accepts other types', async () => {
    const text = { 'content-type': 'text/plain' };
    expect(await post('/either', 'x'.repeat(5000), text)).toMatchObject({ status: 200, body: { length: 5000 } });
    expect(await post('/either', 'x'.repeat(5001), text)).toMatchObject({ status: 413 });
    expect(await post('/either', 'x'.repeat(1000))).toMatchObject({ status: 200, body: { length: 1000 } });
    expect(await post('/either', 'x'.repeat(1001))).toMatchObject({
      status: 413,
      body: { error: 'payload_too_large', error_description: TOO_LARGE },
    });
  });
});

describe('a body over the limit of its route', () => {
  const head = `POST /short HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;

  it('is refused because of its declared length before any byte arrives', async () => {
    const answer = await rawRequest(url, `${head}Content-Length: 1001\r\n\r\n`);
    expect(answer).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
  });

  it('without a declared length, is refused as soon as it exceeds the limit', async () => {
    const chunk = `${(1001).toString(16)}\r\n${'x'.repeat(1001)}\r\n`;
    const answer = await rawRequest(url, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`);
    expect(answer).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
  });

  it('is discarded without closing the connection if it is small enough', async () => {
    const socket = await openSocket(url);
    let text = '';
    socket.on('data', (piece: Buffer) => (text += piece.toString()));
    socket.write(`${head}Content-Length: ${MIB}\r\n\r\n`);
    await eventually(() => expect(text).toMatch(/^HTTP\/1.1 413 /));
    text = '';
    socket.write(`${'x'.repeat(MIB)}GET /alive HTTP/1.1\r\nHost: x\r\n\r\n`);
    await eventually(() => expect(text).toMatch(/^HTTP\/1.1 200 /));
    socket.destroy();
  });

  it('closes the connection if its client keeps sending', async () => {
    const socket = await openSocket(url);
    socket.on('error', () => undefined);
    socket.resume();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`${head}Content-Length: ${100 * MIB}\r\n\r\n`);
    socket.write(Buffer.alloc(10 * MIB, 'x'));
    await closed;
  });
});
