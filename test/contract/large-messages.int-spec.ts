import { gzipSync } from 'node:zlib';
import { status as Grpc } from '@grpc/grpc-js';
import type { AuthorizeResponse, ValidateTokenResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { MESSAGE_LIMITS } from '../../src/kernel/grpc/message-limits';
import { ALL_RPCS, GrpcClient } from '../support/grpc-client';
import { Http2Connection, type Http2Upload } from '../support/http2-upload';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const AUTHORIZE = '/coresdk.v1.AuthService/Authorize';
const { maxBytes, maxTextBytes, maxOfConnection, maxOfProcess } = MESSAGE_LIMITS;
const MEBIBYTE = 1024 * 1024;

let database: TestDatabase;
let core: TestCore;
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let sidecar: GrpcClient;
let connections: Http2Connection[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  surface = await openSidecarSurface(core);
  sidecar = new GrpcClient(surface.address, SERVICE_TOKEN, { 'grpc.max_receive_message_length': -1 });
});

afterEach(() => {
  for (const connection of connections) connection.close();
  connections = [];
});

afterAll(async () => {
  sidecar.close();
  await surface.close();
  await core.close();
  await database.drop();
});

function connection(): Http2Connection {
  const opened = new Http2Connection(surface.address);
  connections.push(opened);
  return opened;
}

const methodOf = (path: string) => ALL_RPCS.find(({ definition }) => definition.path === path)?.definition;

const authorized = (message: Buffer): AuthorizeResponse =>
  methodOf(AUTHORIZE)?.responseDeserialize(message) as AuthorizeResponse;

async function answerOf(upload: Http2Upload): Promise<AuthorizeResponse> {
  const { status, message } = await upload.answer;
  expect(status).toBe(Grpc.OK);
  return authorized(message);
}

/** A bytes field with the number 15, which no request in the contract has. */
function padded(length: number): Buffer {
  const value = Buffer.alloc(length, 0x61);
  const prefix = [0x7a];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    prefix.push((rest % 128) + (rest >= 128 ? 0x80 : 0));
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from(prefix), value]);
}

it('a request within the limit is accepted', async () => {
  const { bytes, code } = await sidecar.raw(AUTHORIZE, padded(maxBytes - 10));
  expect(code).toBe(Grpc.OK);
  expect(authorized(bytes)).toMatchObject({ allowed: false });
  expect(authorized(bytes).error?.status).not.toBe(413);
});

it.each(
  ALL_RPCS.filter(
    ({ service, definition }) =>
      service.startsWith('coresdk.v1.') && !definition.responseStream && !/Masking|JobService/.test(definition.path),
  ).map(({ definition }) => [definition.path]),
)('a request over the limit gets a denial or a clean error: %s', async (path) => {
  // Only the declared length matters. The tests below, which send complete messages, show this too.
  const upload = connection()
    .open(path, { 'x-service-name': 'e2e', 'x-service-token': SERVICE_TOKEN })
    .announce(maxBytes + 1);
  const { status: code, message: bytes } = await upload.write(Buffer.alloc(MEBIBYTE)).end().answer;
  const plain = /GetJwks|ResolveSecret|EmitAuthEvent|QueryAudit|AuditService\/Emit$/.test(path);
  if (plain && code !== Grpc.OK) {
    expect([Grpc.RESOURCE_EXHAUSTED, Grpc.INVALID_ARGUMENT, Grpc.UNIMPLEMENTED]).toContain(code);
    return;
  }
  expect(code).toBe(Grpc.OK);
  const answer = methodOf(path)?.responseDeserialize(bytes) as Record<string, unknown>;
  const yes = ['valid', 'allowed', 'success', 'result', 'enabled', 'entitled', 'isolated', 'eventId', 'token'];
  expect(yes.filter((member) => Boolean(answer[member]))).toEqual([]);
});

it('a request over the limit gets the reason', async () => {
  const { bytes } = await sidecar.raw(AUTHORIZE, Buffer.alloc(maxBytes + 1));
  const { allowed, error } = authorized(bytes);
  expect([allowed, error?.type]).toEqual([false, 'https://coresdk.io/errors/payload-too-large']);
  const streamed = sidecar.stream('/coresdk.v1.ConfigService/WatchConfig', Buffer.alloc(maxBytes + 1));
  expect(await streamed.ended).toBe(Grpc.RESOURCE_EXHAUSTED);
});

it('a request with only empty fields is invalid', async () => {
  const { code, bytes } = await sidecar.raw(AUTHORIZE, Buffer.alloc(4 * MEBIBYTE, Buffer.from([0x7a, 0])));
  expect([code, authorized(bytes).error?.type]).toEqual([Grpc.OK, 'https://coresdk.io/errors/bad-request']);
});

it('text to be masked can be larger', async () => {
  const path = '/coresdk.v1.MaskingService/MaskString';
  const text = methodOf(path)?.requestSerialize({ value: 'x'.repeat(maxBytes + 1) }) ?? Buffer.alloc(0);
  const { code, bytes } = await sidecar.raw(path, text);
  expect([code, bytes.length > maxBytes]).toEqual([Grpc.OK, true]);
  const beyond = await sidecar.raw(path, Buffer.alloc(maxTextBytes + 1));
  expect([beyond.code, beyond.bytes.toString().includes('[REDACTED]')]).toEqual([Grpc.OK, true]);
});

it('a request that declares an excessive length gets a response before all of it has arrived', async () => {
  const upload = connection().open(AUTHORIZE).announce(4_294_967_295);
  upload.write(Buffer.alloc(MEBIBYTE)).end();
  expect((await answerOf(upload)).error?.type).toMatch(/payload-too-large$/);
});

it('a message prefix sent byte by byte is read correctly', async () => {
  const upload = connection().open(AUTHORIZE);
  for (const byte of [0, 0, 0, 0, 2, 0x7a, 0]) {
    upload.write(Buffer.from([byte]));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  upload.end();
  expect((await answerOf(upload)).allowed).toBe(false);
});

it('a compressed message is accepted if it decompresses within the limit, and refused if it is larger', async () => {
  const headers = { 'grpc-encoding': 'gzip' };
  const send = (bytes: Buffer): Http2Upload =>
    connection().open('/coresdk.v1.AuthService/ValidateToken', headers).announce(bytes.length, true).write(bytes).end();
  const well = await send(
    gzipSync(methodOf('/coresdk.v1.AuthService/ValidateToken')?.requestSerialize({ token: 'x' }) ?? ''),
  ).answer;
  expect(well.status).toBe(Grpc.OK);
  const bomb = await send(gzipSync(Buffer.alloc(4 * maxTextBytes))).answer;
  expect(bomb.status).toBe(Grpc.RESOURCE_EXHAUSTED);
});

describe('incomplete requests that stall', () => {
  const stalled = (on: Http2Connection): Http2Upload =>
    on
      .open(AUTHORIZE)
      .announce(maxBytes)
      .write(Buffer.alloc(4 * MEBIBYTE));
  const settled = () => new Promise((resolve) => setTimeout(resolve, 1_500));

  it('leave capacity for other connections, and do not delay small calls', async () => {
    const greedy = connection();
    const uploads = Array.from({ length: 2 * (maxOfConnection / (4 * MEBIBYTE)) }, () => stalled(greedy));
    await settled();
    const small = greedy.open(AUTHORIZE).announce(0).end();
    expect((await answerOf(small)).error?.type).not.toMatch(/service-unavailable$/);
    const { code, bytes } = await sidecar.raw(AUTHORIZE, padded(4 * MEBIBYTE));
    expect(code).toBe(Grpc.OK);
    expect(authorized(bytes).error?.type).not.toMatch(/service-unavailable$/);
    // The process has denied the uploads over the limit, and no upload waits for another.
    for (const { stream } of uploads) stream.end();
    const answers = await Promise.all(uploads.map(({ answer }) => answer));
    const denied = answers.filter(({ status, message }) => status === Grpc.OK && authorized(message).allowed === false);
    expect(denied.length).toBeGreaterThanOrEqual(uploads.length / 2);
  });

  it('cannot exhaust the process: over its limit, the process denies large requests and serves small ones', async () => {
    const many = Math.ceil((2 * maxOfProcess) / (4 * MEBIBYTE));
    for (let index = 0; index < many; index++) stalled(connection());
    await settled();
    const large = await sidecar.raw(AUTHORIZE, padded(4 * MEBIBYTE));
    const { allowed, error } = authorized(large.bytes);
    expect([large.code, allowed, error?.extensions['reason']]).toEqual([Grpc.OK, false, 'overloaded']);
    const answer = await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token: 'x' });
    expect(answer.error?.type).not.toMatch(/service-unavailable$/);
    for (const open of connections) open.close();
    await settled();
    const after = await sidecar.raw(AUTHORIZE, padded(4 * MEBIBYTE));
    expect(authorized(after.bytes).error?.type).not.toMatch(/service-unavailable$/);
  });
});
