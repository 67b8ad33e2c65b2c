import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { INVITATION_LIMITS } from '../contract/invitations.types';
import { WorkQueue } from '../domain/work-queue';
import { invitationMail } from '../mail/invitation-mail';
import { MAIL_MODE, Mailer, type MailMode } from '../mail/mailer';
import type { StoredInvitation } from '../storage/invitations.repository';
import { usersConfig, type UsersConfig } from '../users.config';

/** An invitation to mail. */
interface InvitationMail {
  readonly stored: StoredInvitation;
  readonly tenantName: string;
  readonly link: string;
  readonly requestId: string;
}

/**
 * Mails invitations after the callers have received their responses, so that timing does not reveal whether the address has an account.
 * Queued mails are lost when the process is killed. They can be resent.
 */
@Injectable()
export class InvitationMails {
  private readonly mails = new WorkQueue({ maxRunning: 4, maxWaiting: 1_000, maxWaitingOfOne: 500 });

  constructor(
    private readonly mailer: Mailer,
    @Inject(MAIL_MODE) readonly mode: MailMode,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Maximum number of mails that a tenant can send to unconfirmed addresses in 24 hours. */
  get perTenant(): number {
    return this.config.TENANT_MAILS_PER_DAY;
  }

  /** Returns the URL of the page for accepting an invitation. */
  linkOf(token: string): string {
    return `${this.config.PUBLIC_URL}/oauth/password?token=${token}`;
  }

  /**
   * Queues a mail. @param owner the owner of the queue entry; queue entries have owners so that a single tenant cannot use all the
   * capacity.
   */
  send(owner: string, mail: InvitationMail): void {
    if (this.mode !== 'sent') return;
    if (this.mails.add(owner, () => this.logged(mail))) return;
    this.logger.warn(
      { requestId: mail.requestId },
      'Too many mails are waiting for the mail server; an invitation was not sent',
    );
  }

  async onModuleDestroy(): Promise<void> {
    await this.mails.drain();
  }

  /** Sends a mail and logs errors, because the work runs in the background and no caller receives them. */
  private async logged({ stored, tenantName, link, requestId }: InvitationMail): Promise<void> {
    const { invitation, userId } = stored;
    const invited = userId === null ? null : { url: link, days: INVITATION_LIMITS.days };
    try {
      await this.mailer.send(invitationMail(invitation.email, tenantName, invited, 'en'));
    } catch (error) {
      this.logger.error({ err: error, requestId }, 'Could not mail an invitation; it can be sent again');
    }
  }
}
