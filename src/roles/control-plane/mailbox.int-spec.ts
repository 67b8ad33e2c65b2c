import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openControlPlane } from '../../../test/support/control-plane';
import { call } from '../../../test/support/http-client';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database';
import { Mailer } from '../../modules/users/mail/mailer';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function withControlPlane(
  environment: Readonly<Record<string, string>>,
  work: (url: string, core: TestCore) => Promise<void>,
): Promise<void> {
  const core = await openAllCore(database, environment);
  const controlPlane = await openControlPlane(core);
  try {
    await work(controlPlane.url, core);
  } finally {
    await controlPlane.close();
    await core.close();
  }
}

/** Returns the status of the page for a browser that reaches this machine by a different name. */
function statusAs(host: string, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${url}/dev/mailbox`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on('error', reject);
  });
}

describe('the mailbox page', () => {
  it('shows mail in development, with its link and without markup from the mail', async () => {
    await withControlPlane({}, async (url, { context }) => {
      const empty = await call(`${url}/dev/mailbox`);
      expect([empty.status, empty.text]).toEqual([200, expect.stringContaining('There is no mail')]);
      const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
      const text =
        'Hello,\n\nopen this:\n\nhttps://id.example.com/oauth/password?token=inv_1&a=b\n\n<b>javascript:alert(1)</b>';
      await context.get(Mailer).send({ to: 'ada@example.com', subject: 'You are invited', text });
      write.mockRestore();
      const page = await call(`${url}/dev/mailbox`);
      expect(page.text).toContain('<h2>You are invited</h2>');
      expect(page.text).toContain('href="https://id.example.com/oauth/password?token=inv_1&amp;a=b"');
      expect(page.text).toContain('&lt;b&gt;javascript:alert(1)&lt;/b&gt;');
      expect(page.headers.get('cache-control')).toBe('no-store');
    });
  });

  it('shows the mail of other processes with the same DATA_DIR', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'coresdk-mailbox-'));
    const environment = { ROLE: 'control-plane', DATA_DIR: folder };
    const other = await openAllCore(database, environment);
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    try {
      await other.context.get(Mailer).send({ to: 'ada@example.com', subject: 'From another process', text: 'Hello' });
      await withControlPlane(environment, async (url) => {
        expect((await call(`${url}/dev/mailbox`)).text).toContain('<h2>From another process</h2>');
      });
    } finally {
      write.mockRestore();
      await other.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('does not exist by a name that another site could choose', async () => {
    await withControlPlane({}, async (url) => {
      expect(await statusAs('localhost:8080', url)).toBe(200);
      for (const host of ['evil.example', 'localhost.evil.example:8080']) expect(await statusAs(host, url)).toBe(404);
    });
  });

  it('does not exist if mail is sent', async () => {
    await withControlPlane({ SMTP_URL: 'smtp://127.0.0.1:1' }, async (url) => {
      expect((await call(`${url}/dev/mailbox`)).status).toBe(404);
    });
  });
});
