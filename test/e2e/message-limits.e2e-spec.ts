import { setTimeout as sleep } from 'node:timers/promises';
import { Http2Connection } from '../support/http2-upload';
import { Installation } from '../support/installation';

const MEBIBYTE = 1024 * 1024;
const CONNECTIONS = 12;
const CALLS = 40;
/** How much the process can grow: the buffer (64 MiB), twice that while it is assembled, and garbage. */
const MAX_GROWTH = 350 * MEBIBYTE;

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.start({ layout: 'split' });
});
afterAll(() => installation.remove());

test('480 concurrent requests of 4 MiB, half of them incomplete, do not exhaust a sidecar, and it serves others', async () => {
  const process = installation.process('sidecar-1');
  const sidecar = installation.sidecar();
  const app = await installation.register(await installation.adminToken());
  const token = await installation.token(app.client_id, app.client_secret, 'projects.read');
  await sidecar.call('AuthService', 'ValidateToken', { token });
  const before = process.residentBytes;
  const bytes = Buffer.alloc(4 * MEBIBYTE, 0x7a);
  const address = installation.sidecarAddresses[0] ?? '';
  const connections = Array.from({ length: CONNECTIONS }, () => new Http2Connection(address));
  for (const connection of connections) {
    for (let call = 0; call < CALLS; call++) {
      const upload = connection.open('/coresdk.v1.AuthService/Authorize').announce(bytes.length + (call % 2));
      upload.write(bytes);
    }
  }
  let most = 0;
  for (let look = 0; look < 60; look++) {
    const answer = await sidecar.call<{ valid: boolean }>('AuthService', 'ValidateToken', { token });
    expect(answer.valid).toBe(true);
    most = Math.max(most, process.residentBytes - before);
    await sleep(100);
  }
  for (const connection of connections) connection.close();
  expect(most).toBeLessThan(MAX_GROWTH);
  expect(process.isRunning).toBe(true);
});
