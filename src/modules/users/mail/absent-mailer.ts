import type { Logger } from '../../../kernel/telemetry/logger';
import { Mailer } from './mailer';

/** Production without a mail server: nothing is sent, and the operator is told once. */
export class AbsentMailer extends Mailer {
  private told = false;

  constructor(private readonly logger: Logger) {
    super();
  }

  override async send(): Promise<void> {
    if (this.told) return;
    this.told = true;
    this.logger.warn('Mail is not sent: SMTP_URL is not set. People cannot set or reset their password by a link.');
  }
}
