import { createTransport } from 'nodemailer';
import type { Secret } from '../../../kernel/config/secret';
import { AppError } from '../../../kernel/errors/app-error';
import { type Mail, Mailer } from './mailer';

const TIMEOUT_MS = 15_000;

/** Sends mail by SMTP, on connections that are reused for a few mails. */
export class SmtpMailer extends Mailer {
  private readonly transport: ReturnType<typeof openTransport>;

  constructor(
    smtpUrl: Secret,
    private readonly from: string,
  ) {
    super();
    this.transport = openTransport(smtpUrl);
  }

  override async send({ to, subject, text }: Mail): Promise<void> {
    try {
      // The recipient is an object, so that the string is a single address, whatever characters it contains.
      await this.transport.sendMail({ from: this.from, to: { name: '', address: to }, subject, text });
    } catch (cause) {
      throw new AppError('unavailable', 'The mail server did not accept the mail.', { cause });
    }
  }

  onModuleDestroy(): void {
    this.transport.close();
  }
}

function openTransport(smtpUrl: Secret) {
  return createTransport({
    url: smtpUrl.reveal(),
    pool: true,
    maxConnections: 2,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
}
