import { Inject, Injectable } from '@nestjs/common';
import { InjectConfig } from '../../../kernel/config/inject-config';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { WorkQueue } from '../domain/work-queue';
import { Mailer } from '../mail/mailer';
import { passwordMail } from '../mail/password-mail';
import { usersConfig, type UsersConfig } from '../users.config';
import { type LinkRequest, type MadeLink, PasswordLinks } from './password-links';

/**
 * Processes requests for links after the callers have received their responses, so that the timing of the response does not reveal which
 * addresses exist. Mails have a separate queue, so that the waiting time of requests does not reveal that the mail server is slow. A
 * request that finds the queue full, or is waiting when the process is killed, is lost: the user must request a link again.
 */
@Injectable()
export class PasswordLinkRequests {
  /** The owner is the requesting IP address. */
  private readonly requests = new WorkQueue({ maxRunning: 1, maxWaiting: 500, maxWaitingOfOne: 20 });
  /** The owner is the recipient. */
  private readonly mails = new WorkQueue({ maxRunning: 4, maxWaiting: 500, maxWaitingOfOne: 5 });

  constructor(
    private readonly links: PasswordLinks,
    private readonly mailer: Mailer,
    @InjectConfig(usersConfig) private readonly config: UsersConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Queues a request. Never reports its outcome. */
  add(request: LinkRequest): void {
    const { ip, requestId } = request.origin;
    const taken = this.requests.add(ip, () => this.logged(requestId, () => this.answer(request)));
    if (!taken) this.logger.warn({ requestId, ip }, 'Too many requests for password links; one was not answered');
  }

  /** Resolves when no requests or mails are waiting. */
  async drain(): Promise<void> {
    await this.requests.drain();
    await this.mails.drain();
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain();
  }

  private async answer(request: LinkRequest): Promise<void> {
    const link = await this.links.make(request);
    if (!link) return;
    const { requestId } = request.origin;
    const taken = this.mails.add(link.user.id, () => this.logged(requestId, () => this.send(link, request.locale)));
    if (!taken) this.logger.warn({ requestId }, 'Too many mails are waiting for the mail server; a link was not sent');
  }

  private send({ user, tenantName, token }: MadeLink, locale: string): Promise<void> {
    const address = `${this.config.PUBLIC_URL}/oauth/password?token=${token}`;
    // The mail goes to the stored address, not the typed one: two addresses that compare as equal might be different mailboxes.
    return this.mailer.send(passwordMail(user.email, tenantName, address, user.locale ?? locale));
  }

  /** Runs the work and logs errors, because the work runs in the background and no caller receives them. */
  private async logged(requestId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error({ err: error, requestId }, 'Could not send a link to set a password');
    }
  }
}
