import type { Logger } from '../../../kernel/telemetry/logger';
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

/**
 * The mailer for development without a mail server. Writes mail to standard output for the operator, never to the logger, because it
 * contains a link that sets a password.
 */
export class ConsoleMailer extends Mailer {
  override async send({ to, subject, text }: Mail): Promise<void> {
    process.stdout.write(`\nMail to ${to} (set SMTP_URL to have it sent): ${subject}\n\n${text}\n`);
  }
}
