import net from 'node:net';
import { Secret } from '../../../kernel/config/secret';
import type { Logger } from '../../../kernel/telemetry/logger';
import { MemoryMailbox } from './mailboxes';
import { NoopMailer, DevelopmentMailer } from './mailers-without-server';
import { SmtpMailer } from './smtp-mailer';

const MAIL = { to: 'ada@example.com', subject: 'Schöne Grüße', text: 'Ein Link:\n\nhttps://id.example.com/x\n' };

/** Implements only the parts of RFC 5321 that are needed to receive one mail after another. */
class SmallSmtpServer {
  readonly lines: string[] = [];
  refuse = false;
  private readonly server = net.createServer((socket) => {
    let inData = false;
    socket.write('220 test\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        this.lines.push(line);
        if (inData) {
          if (line !== '.') continue;
          inData = false;
        } else if (line === 'DATA') {
          inData = true;
          socket.write('354 go on\r\n');
          continue;
        }
        socket.write(this.refuse && line.startsWith('RCPT') ? '550 no\r\n' : '250 ok\r\n');
      }
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `smtp://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

describe('mail by SMTP', () => {
  let server: SmallSmtpServer;
  let mailer: SmtpMailer;

  beforeEach(async () => {
    server = new SmallSmtpServer();
    mailer = new SmtpMailer(new Secret(await server.listen()), 'Acme <no-reply@acme.example>');
  });

  afterEach(async () => {
    mailer.onModuleDestroy();
    await server.close();
  });

  it('is sent to the recipient from the configured sender', async () => {
    await mailer.send(MAIL);
    expect(server.lines.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([
      expect.stringContaining('MAIL FROM:<no-reply@acme.example>'),
      'RCPT TO:<ada@example.com>',
    ]);
    expect(server.lines).toContain('https://id.example.com/x');
  });

  it('goes to one recipient, even if the address contains a comma', async () => {
    await mailer.send({ ...MAIL, to: 'a,b@example.com' });
    expect(server.lines.filter((line) => line.startsWith('RCPT'))).toHaveLength(1);
  });

  it('is unavailable when the server refuses the mail or is down', async () => {
    server.refuse = true;
    await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 'unavailable' });
    const away = new SmtpMailer(new Secret('smtp://127.0.0.1:1'), 'no-reply@acme.example');
    await expect(away.send(MAIL)).rejects.toMatchObject({ code: 'unavailable' });
    away.onModuleDestroy();
  });
});

describe('mail without a server', () => {
  it('is kept and printed as one line for the operator in development', async () => {
    const written: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    const mailer = new DevelopmentMailer({ nowMs: () => 0 }, new MemoryMailbox());
    for (let i = 0; i < 101; i++) await mailer.send({ ...MAIL, subject: `${MAIL.subject} ${i}` });
    write.mockRestore();
    expect(written.at(-1)).toBe('Mail to ada@example.com: Schöne Grüße 100 https://id.example.com/x\n');
    expect((await mailer.list()).map(({ subject }) => subject)).toEqual(
      Array.from({ length: 100 }, (_, index) => `Schöne Grüße ${100 - index}`),
    );
  });

  it('is neither sent nor printed in production; one warning, without the link, is logged', async () => {
    const warn = jest.fn();
    const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const mailer = new NoopMailer({ warn } as unknown as Logger);
    for (let i = 0; i < 3; i++) await mailer.send();
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(warn.mock.calls)).toContain('SMTP_URL');
  });
});
