import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { Clock } from '../../../kernel/time/clock';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import type { Notice, NoticesPort } from '../contract/notices.port';
import type { User } from '../contract/users.types';
import { WorkQueue } from '../domain/work-queue';
import { Mailer } from './mailer';
import { noticeMail } from './notice-mail';

@Injectable()
export class Notices implements NoticesPort {
  /** The owner is the recipient. */
  private readonly mails = new WorkQueue({ maxRunning: 2, maxWaiting: 500, maxWaitingOfOne: 20 });

  constructor(
    private readonly mailer: Mailer,
    private readonly tenants: TenantsPort,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  send(user: User, notice: Notice): void {
    const { email } = user;
    if (email === null) return;
    const atMs = this.clock.nowMs();
    const taken = this.mails.add(user.id, async () => {
      try {
        const tenant = await this.tenants.find(user.tenantId);
        await this.mailer.send(noticeMail(email, tenant?.name ?? '', notice, atMs, user.locale ?? 'en'));
      } catch (error) {
        this.logger.error({ err: error, userId: user.id, notice: notice.kind }, 'Could not send a notice by mail');
      }
    });
    if (!taken)
      this.logger.warn({ userId: user.id, notice: notice.kind }, 'Too many mails are waiting; a notice was not sent');
  }

  /** Resolves when no notices are waiting. */
  async onModuleDestroy(): Promise<void> {
    await this.mails.drain();
  }
}
