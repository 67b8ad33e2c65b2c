import { connect } from 'node:net';
import { type ErrorMembers, expectError } from '../support/http-client';
import { Installation } from '../support/installation';

/**
 * Sends a body except for its last byte. Returns a function that sends that byte and resolves with the status line, or without a value if
 * the connection broke.
 */
async function sendAllButTheEnd(url: string, token: string, body: string): Promise<() => Promise<string>> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const answered = new Promise<string>((resolve) => {
    const end = (): void => {
      socket.destroy();
      resolve(answer.split('\r\n', 1)[0] ?? '');
    };
    socket.once('data', end).once('close', end);
  });
  const head =
    `POST ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  await new Promise((resolve) => socket.write(head + body.slice(0, -1), resolve));
  return () => {
    socket.write(body.slice(-1));
    return answered;
  };
}

describe('past memory attacks', () => {
  let installation: Installation;

  beforeAll(async () => {
    // Far less memory than the parsed bodies need: without a limit, they crash the process.
    const environment = { NODE_OPTIONS: '--max-old-space-size=512' };
    installation = await Installation.start({ layout: 'all', environment });
  });

  afterAll(async () => {
    await installation.remove();
  });

  const objects = `[${'{},'.repeat(345_000)}{}]`;

  it.each([
    ['/v1/projects', `{"key":"NEW","name":"New","a":${objects}}`, ['HTTP/1.1 400 Bad Request']],
    ['/v1/authorize', `{"action":"a.get","resource":"x","context":{"a":${objects}}}`, []],
  ])('60 bodies that complete at the same time at %s are not parsed concurrently', async (path, body, some) => {
    const app = await installation.register(await installation.adminToken());
    const token = await installation.token(app.client_id, app.client_secret);
    const sends = Array.from({ length: 60 }, () => sendAllButTheEnd(installation.backendUrl + path, token, body));
    const ends = await Promise.all(sends);
    const answers = ends.map((end) => end());

    const other = await installation.register(await installation.adminToken());
    const good = await installation.backend('/v1/projects', {
      token: await installation.token(other.client_id, other.client_secret),
    });
    expect(good.status).toBe(200);

    const seen = new Set(await Promise.all(answers));
    for (const line of some) expect(seen).toContain(line);
    for (const line of seen) expect(line).toMatch(/^HTTP\/1\.1 (400|413|503) /);
    expect(installation.processes.filter(({ isRunning }) => !isRunning)).toEqual([]);
  });

  it('a policy context over the size limit is refused', async () => {
    const token = await installation.adminToken();
    const deep: unknown = JSON.parse('['.repeat(16) + ']'.repeat(16));
    for (const a of [Array<number>(2000).fill(0), deep]) {
      const json = { action: 'a.get', resource: 'x', context: { a } };
      const refused = await installation.backend('/v1/authorize', { token, json });
      expectError(refused, 400, 'invalid_request');
      expect(refused.body).toMatchObject({ errors: [{ pointer: '/context' }] });
    }
    const json = { action: 'a.get', resource: 'x', context: { a: Array<number>(1999).fill(0) } };
    expect((await installation.backend('/v1/authorize', { token, json })).status).toBe(200);
  });

  it('a policy sent as 8 MB of JSON is refused with a message that says what to send instead', async () => {
    const body = `{"data":{"a":[${'{},'.repeat(2_790_000)}{}]}}`;
    const uploads = Array.from({ length: 25 }, async () =>
      installation.controlPlane<ErrorMembers>('/api/v1/tenants/default/policy', {
        method: 'PUT',
        token: await installation.adminToken(),
        body,
        headers: { 'content-type': 'application/json' },
      }),
    );
    for (const refused of await Promise.all(uploads)) {
      expectError(refused, 413, 'payload_too_large');
      expect(refused.body.error_description).toContain('application/gzip');
    }
    expect(installation.processes.filter(({ isRunning }) => !isRunning)).toEqual([]);
  });
});
