import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually';
import type { Installation } from '../../support/installation';

/** Sends raw bytes and resolves with the response received within half a second. */
function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    setTimeout(() => {
      socket.destroy();
      resolve(answer);
    }, 500);
  });
}

/** @param borrow returns the installation, once it is running. */
export const attacksStory = (borrow: () => Installation): void =>
  describe('past attacks', () => {
    let installation: Installation;

    beforeAll(() => {
      installation = borrow();
    });

    const smuggled = 'GET /api/v1/tenants HTTP/1.1\r\nHost: x\r\nX-Request-Id: SMUGGLED\r\n\r\n';
    const chunked = `Transfer-Encoding: chunked\r\n\r\n${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
    const sized = `Content-Length: ${smuggled.length}\r\n`;

    test.each([
      ['in a chunked GET', `GET /.well-known/jwks.json HTTP/1.1\r\nHost: x\r\n${chunked}`],
      ['in a chunked DELETE', `DELETE /v1/oauth/apps/app-zz HTTP/1.1\r\nHost: x\r\n${chunked}`],
      [
        'in a GET that hides its length',
        `GET /v1/oauth/apps HTTP/1.1\r\nHost: x\r\nConnection: content-length\r\n${sized}\r\n${smuggled}`,
      ],
      [
        'in a POST that hides its length',
        `POST /v1/oauth/token HTTP/1.1\r\nHost: x\r\nConnection: content-length\r\n${sized}\r\n${smuggled}`,
      ],
    ])('no request is smuggled to the control plane %s', async (_name, text) => {
      expect(await sendRaw(installation.backendUrl, text)).toMatch(/^HTTP\/1\.1 4\d\d/);
      await sleep(700);
      const rows = await installation.query(`SELECT id FROM audit.events WHERE request_id = 'SMUGGLED'`);
      expect(rows).toEqual([]);
    });

    it('a token issued while its app is being deleted is invalid, and a new app with the same id works', async () => {
      const admin = await installation.adminToken();
      const app = await installation.register(admin, { client_id: 'app-race' });
      const tokens: string[] = [];
      let isOver = false;
      const fetchTokens = async (): Promise<void> => {
        while (!isOver) {
          await installation.token(app.client_id, app.client_secret).then(
            (token) => tokens.push(token),
            () => undefined,
          );
        }
      };
      const fetchers = [fetchTokens(), fetchTokens(), fetchTokens(), fetchTokens()];
      await eventually(() => expect(tokens.length).toBeGreaterThan(4));
      expect((await installation.backend('/v1/oauth/apps/app-race', { method: 'DELETE', token: admin })).status).toBe(
        204,
      );
      await sleep(300);
      isOver = true;
      await Promise.all(fetchers);

      expect(tokens.length).toBeGreaterThan(4);
      for (const token of tokens.slice(-8)) {
        expect((await installation.backend('/v1/projects', { token })).status).toBe(401);
      }
      const again = await installation.register(admin, { client_id: 'app-race' });
      await sleep(250);
      const token = await installation.token(again.client_id, again.client_secret);
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);
    });

    it('the control plane records a refusal for the calling app, in the log of its tenant', async () => {
      const app = await installation.register(await installation.adminToken());
      const token = await installation.token(app.client_id, app.client_secret);
      const { requestId, status } = await installation.backend('/v1/oauth/apps', { token });
      expect(status).toBe(403);
      const rows = await installation.query(
        `SELECT actor_id, app_id, outcome FROM audit.events WHERE request_id = $1`,
        [requestId],
      );
      expect(rows).toEqual([{ actor_id: app.client_id, app_id: app.client_id, outcome: 'denied' }]);
    });
  });
