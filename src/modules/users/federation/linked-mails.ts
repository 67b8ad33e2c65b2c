import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import type { SignInVia } from '../contract/federation.port';
import type { User } from '../contract/users.types';
import { WorkQueue } from '../domain/work-queue';
import { linkedMail } from '../mail/linked-mail';
import { Mailer } from '../mail/mailer';

/** Mails users when their account is linked to an identity provider, so that they notice a link that they did not make. */
@Injectable()
export class LinkedMails {
  private readonly mails = new WorkQueue({ maxRunning: 2, maxWaiting: 500, maxWaitingOfOne: 5 });

  constructor(
    private readonly mailer: Mailer,
    private readonly tenants: TenantsPort,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Queues a mail to the address of the account. Has no effect for a user without an address. */
  async add(user: User, { name }: SignInVia, locale: string, requestId: string): Promise<void> {
    const { email } = user;
    if (email === null) return;
    const tenant = await this.tenants.find(user.tenantId);
    const mail = linkedMail(email, { tenant: tenant?.name ?? '', provider: name }, user.locale ?? locale);
    const taken = this.mails.add(user.id, async () => {
      try {
        await this.mailer.send(mail);
      } catch (error) {
        this.logger.error({ err: error, requestId }, 'Could not mail a user about a linked identity');
      }
    });
    if (!taken)
      this.logger.warn(
        { requestId },
        'Too many mails are waiting for the mail server; a mail about a linked identity was not sent',
      );
  }

  async onModuleDestroy(): Promise<void> {
    await this.mails.drain();
  }
}
