import { connect } from 'node:net';
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
    const token = await installation.adminToken();
    const scopes = ['projects.read'];
    const body = JSON.stringify({ name: 'Written during a fault', declared_scopes: scopes, default_scopes: scopes });
    const socket = await openSocket(installation.backendUrl);
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
    const process = installation.process('all');
    process.signal('SIGUSR2');
    await eventually(() => expect(process.log).toContain('Uncaught error; the process exits'));
    socket.write(body);
    await eventually(() => expect(answer).toContain('HTTP/1.1 201 Created'));
    socket.destroy();
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
