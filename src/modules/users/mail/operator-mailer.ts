import { type Mail, Mailer } from './mailer';

/**
 * Development without a mail server: mail is shown to the operator on standard output, never through the logger, since
 * it has a link that sets a password.
 */
export class OperatorMailer extends Mailer {
  override async send({ to, subject, text }: Mail): Promise<void> {
    process.stdout.write(`\nMail to ${to} (set SMTP_URL to have it sent): ${subject}\n\n${text}\n`);
  }
}
