import { connect, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { openSocket } from '../support/raw-http';

const FAULT_ON_SIGNAL = resolve(__dirname, '../support/fault-on-signal.cjs');

/** Returns whether a server listens at an address and port. */
function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port }, () => done(true));
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** A request whose body is still to be sent. */
interface StartedRequest {
  readonly socket: Socket;
  readonly body: string;
  /** Returns all that the server has sent so far. */
  readonly answer: () => string;
}

/** Sends the headers of a request, and waits until the server processes it. */
async function startRequest(installation: Installation): Promise<StartedRequest> {
  const token = await installation.adminToken();
  const scopes = ['projects.read'];
  const body = JSON.stringify({ name: 'Written during a fault', declared_scopes: scopes, default_scopes: scopes });
  const socket = await openSocket(installation.backendUrl);
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  const head = [
    'POST /v1/oauth/apps HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Expect: 100-continue',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await eventually(() => expect(answer).toContain('100 Continue'));
  return { socket, body, answer: () => answer };
}

describe('Ctrl-C', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.start({ layout: 'all', environment: { LOG_LEVEL: 'info' } });
  });
  afterAll(() => installation.remove());

  it('prints a line when the process begins to stop and a line when it has stopped', async () => {
    const process = installation.process('all');
    process.signal('SIGINT');
    expect(await process.ending()).toEqual({ code: 0, signal: null });
    expect(process.log).toMatch(/\nStopping\. Press Ctrl-C again to stop at once\.\n(?:.*\n)*Stopped\.\n$/);
  });

  it('ends the process at once when it is pressed again', async () => {
    const process = installation.process('all');
    const before = process.log.length;
    const log = (): string => process.log.slice(before);
    process.launch();
    await process.untilReady();
    // The process waits for the end of this request.
    const request = await startRequest(installation);
    process.signal('SIGINT');
    await eventually(() => expect(log()).toContain('Stopping.'));
    await eventually(() => {
      process.signal('SIGINT');
      expect(process.isRunning).toBe(false);
    });
    expect(await process.ending()).toEqual({ code: 130, signal: null });
    expect(log()).not.toContain('Stopped.');
    request.socket.destroy();
  });
});

describe('a process outside production', () => {
  let installation: Installation;
  beforeAll(async () => {
    const environment = { NODE_OPTIONS: `--require ${FAULT_ON_SIGNAL}` };
    installation = await Installation.start({ layout: 'all', environment });
  });
  afterAll(() => installation.remove());

  it('listens on loopback only for internal ports, and on every address for the public backend', async () => {
    const { PORT, CONTROL_PLANE_PORT, HEALTH_PORT } = installation.process('all').environment;
    const ports = [PORT, CONTROL_PLANE_PORT, HEALTH_PORT].map(Number);
    const openAt = (host: string) => Promise.all(ports.map((port) => isOpen(host, port)));
    expect(await openAt('127.0.0.1')).toEqual([true, true, true]);
    // Another address of this machine, as every address of 127.0.0.0/8 is on Linux.
    expect(await openAt('127.0.0.2')).toEqual([true, false, false]);
  });

  it('logs an uncaught error with its stack, completes requests in flight, and exits with code 1', async () => {
    const request = await startRequest(installation);
    const process = installation.process('all');
    process.signal('SIGUSR2');
    await eventually(() => expect(process.log).toContain('Uncaught error; the process exits'));
    request.socket.write(request.body);
    await eventually(() => expect(request.answer()).toContain('HTTP/1.1 201 Created'));
    request.socket.destroy();
    expect(await process.ending()).toEqual({ code: 1, signal: null });
    const lines = process.log.split('\n').filter((line) => line.includes('"fatal"'));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        kind: 'unhandledRejection',
        err: { message: 'A planted fault', stack: expect.stringContaining('fault-on-signal') },
      },
    ]);
  });
});
