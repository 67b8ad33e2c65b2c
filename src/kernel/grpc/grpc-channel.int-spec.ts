import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { systemContext } from '../context/call-context';
import { GrpcChannel } from './grpc-channel';
import { eventually } from '../../../test/support/eventually';
import { freePorts } from '../../../test/support/free-ports';

type Behavior = (stream: ServerHttp2Stream, attempt: number) => void;

const breakConnection: Behavior = (stream) => stream.session?.destroy();
/** Sends an empty answer. */
const answer: Behavior = (stream) => {
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.end(Buffer.alloc(5));
};
/** Closes the connection after the headers and before the end of a response. */
const breakAfterHeaders: Behavior = (stream) => {
  stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.write(Buffer.alloc(5), () => stream.session?.destroy());
};
const fail =
  (status: number): Behavior =>
  (stream) =>
    stream.respond({ 'content-type': 'application/grpc', 'grpc-status': String(status) }, { endStream: true });

let cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanUp) step();
  cleanUp = [];
});

/** Starts a server that handles the nth call with the nth behavior, and all later calls with the last behavior. */
async function open(...behaviors: readonly Behavior[]) {
  const { port, paths } = await serve(0, behaviors);
  return { channel: channelTo(port), paths };
}

function channelTo(port: number): GrpcChannel {
  const channel = new GrpcChannel({ address: `127.0.0.1:${port}`, serviceToken: null, serviceName: 'test' });
  cleanUp.push(() => channel.close());
  return channel;
}

async function serve(port: number, behaviors: readonly Behavior[]) {
  const paths: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('sessionError', () => undefined);
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    paths.push(String(headers[':path']));
    stream.resume();
    const behavior = behaviors[Math.min(paths.length, behaviors.length) - 1];
    stream.once('end', () => behavior?.(stream, paths.length));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  };
  cleanUp.push(close);
  return { port: (server.address() as AddressInfo).port, paths, close };
}

const AUTH = 'coresdk.v1.AuthService';
const LIMITS = 'cpod.internal.v1.RateLimitInternalService';

describe('a sidecar that hangs', () => {
  it('is reported as missing until it responds again, even though its connections stay open', async () => {
    const hang: Behavior = () => undefined;
    const { channel } = await open(hang, hang, answer);
    await eventually(() => expect(channel.missing()).toMatch(/does not respond$/));
    await eventually(() => expect(channel.missing()).toBeNull());
  });
});

describe('a call whose connection breaks', () => {
  it.each([
    [AUTH, 'ValidateToken'],
    [AUTH, 'Authorize'],
    [AUTH, 'IsRevoked'],
    ['cpod.internal.v1.FlagsInternalService', 'EvaluateValue'],
    ['cpod.internal.v1.AuditInternalService', 'Record'],
    [LIMITS, 'CheckLimit'],
  ])('is retried if it is safe to repeat: %s/%s', async (service, method) => {
    const { channel, paths } = await open(breakConnection, answer);
    await channel.unary(service, method, {}, null);
    expect(paths).toEqual([`/${service}/${method}`, `/${service}/${method}`]);
  });

  it('is retried even if its response has begun', async () => {
    const { channel, paths } = await open(breakAfterHeaders, answer);
    await channel.unary(AUTH, 'ValidateToken', {}, null);
    expect(paths).toHaveLength(2);
  });

  it.each([
    [AUTH, 'RevokeToken'],
    [AUTH, 'RefreshToken'],
    ['cpod.internal.v1.FlagsInternalService', 'PutFlag'],
    ['cpod.internal.v1.SecretsInternalService', 'Resolve'],
    ['cpod.internal.v1.SecretsInternalService', 'PutSecret'],
    ['cpod.internal.v1.MaskingInternalService', 'Detokenise'],
  ])('is not retried if it changes something: %s/%s', async (service, method) => {
    const { channel, paths } = await open(breakConnection, answer);
    await expect(channel.unary(service, method, {}, null)).rejects.toMatchObject({ code: 'unavailable' });
    expect(paths).toHaveLength(1);
  });

  it('is attempted at most three times', async () => {
    const { channel, paths } = await open(breakConnection);
    await expect(channel.unary(AUTH, 'ValidateToken', {}, null)).rejects.toMatchObject({ code: 'unavailable' });
    expect(paths).toHaveLength(3);
  });

  it('fails at its deadline', async () => {
    const { channel, paths } = await open(breakConnection, () => undefined);
    const context = { ...systemContext('req-1'), deadlineMs: Date.now() + 1_500 };
    await expect(channel.unary(AUTH, 'ValidateToken', {}, context)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
    expect(paths).toHaveLength(2);
  });
});

it('a call is retried after an error response only if the status is "unavailable"', async () => {
  const internal = await open(fail(13), answer);
  await expect(internal.channel.unary(AUTH, 'ValidateToken', {}, null)).rejects.toMatchObject({ code: 'unavailable' });
  expect(internal.paths).toHaveLength(1);
  const away = await open(fail(14), answer);
  await away.channel.unary(AUTH, 'ValidateToken', {}, null);
  expect(away.paths).toHaveLength(2);
});

describe('a sidecar that is not running', () => {
  it('is reported as missing until it has been reached for the first time', async () => {
    const [port = 0] = await freePorts(1);
    const channel = channelTo(port);
    expect(channel.missing()).toMatch(/^sidecar: no response at /);
    await serve(port, [answer]);
    await eventually(() => expect(channel.missing()).toBeNull());
  });

  it.each([
    ['yet', 'RevokeToken'],
    ['yet', 'ValidateToken'],
    ['any more', 'RevokeToken'],
    ['any more', 'ValidateToken'],
  ])('%s is awaited by %s', async (when, method) => {
    const [port = 0] = await freePorts(1);
    const channel = channelTo(port);
    if (when === 'any more') {
      const before = await serve(port, [answer]);
      await channel.unary(AUTH, 'ValidateToken', {}, null);
      before.close();
    }
    await eventually(() => expect(channel.missing()).not.toBeNull());
    const waiting = channel.unary(AUTH, method, {}, { ...systemContext('req-1'), deadlineMs: Date.now() + 20_000 });
    const { paths } = await serve(port, [answer]);
    await waiting;
    expect(paths).toEqual([`/${AUTH}/${method}`]);
  });

  it('is reported as unavailable, not as slow, when the deadline passes', async () => {
    const [port = 0] = await freePorts(1);
    const context = { ...systemContext('req-1'), deadlineMs: Date.now() + 200 };
    await expect(channelTo(port).unary(AUTH, 'ValidateToken', {}, context)).rejects.toMatchObject({
      reason: 'sidecar_unavailable',
    });
  });
});
