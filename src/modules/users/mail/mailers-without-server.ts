import type { Logger } from '../../../kernel/telemetry/logger';
import type { Clock } from '../../../kernel/time/clock';
import type { MailboxPort, ShownMail } from '../contract/mailbox.port';
import type { Mailbox } from './mailboxes';
import { type Mail, Mailer } from './mailer';

/** The mailer for production without a mail server. Does not send anything, and warns the operator once. */
export class NoopMailer extends Mailer {
  private hasWarned = false;

  constructor(private readonly logger: Logger) {
    super();
  }

  override async send(): Promise<void> {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.logger.warn(
      'Mail is not sent because SMTP_URL is not set. Users cannot set or reset their password with a link.',
    );
  }
}

const LINK = /https?:\/\/\S+/;

/**
 * The mailer for development without a mail server. Keeps the newest mails for the mailbox page, and prints each as one line, with its link. Prints to standard output instead of the logger, because the link sets a password.
 */
export class DevelopmentMailer extends Mailer implements MailboxPort {
  constructor(
    private readonly clock: Clock,
    private readonly mailbox: Mailbox,
  ) {
    super();
  }

  override async send(mail: Mail): Promise<void> {
    await this.mailbox.add({ ...mail, atMs: this.clock.nowMs() });
    const { to, subject, text } = mail;
    const parts = [`Mail to ${to}: ${subject}`, ...(LINK.exec(text) ?? [])];
    process.stdout.write(`${parts.join(' ').replaceAll(/[\r\n]+/g, ' ')}\n`);
  }

  list(): Promise<readonly ShownMail[]> {
    return this.mailbox.list();
  }
}
