import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { WorkQueue } from './domain/work-queue';
import { LinkMail } from './mail/link-mail';
import { type LinkRequest, PasswordLinks } from './password-links';

/**
 * Answers requests for links after their callers have had their answer: by its time nobody can tell whose address there
 * is. Mails have a queue of their own, so that a slow mail server does not show by how long requests wait. What finds no
 * room, or is waiting when the process is killed, is lost, and asked for again.
 */
@Injectable()
export class PasswordLinkRequests {
  /** By the address that asks. */
  private readonly requests = new WorkQueue({ maxRunning: 1, maxWaiting: 500, maxWaitingOfOne: 20 });
  /** By the user who is written to. */
  private readonly mails = new WorkQueue({ maxRunning: 4, maxWaiting: 500, maxWaitingOfOne: 5 });

  constructor(
    private readonly links: PasswordLinks,
    private readonly mail: LinkMail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never says what became of it. */
  add(request: LinkRequest): void {
    const { ip, requestId } = request.origin;
    const taken = this.requests.add(ip, () => this.logged(requestId, () => this.answer(request)));
    if (!taken) this.logger.warn({ requestId, ip }, 'Too many ask for links to set a password; one got none');
  }

  /** Resolves when nothing waits any more. */
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
    const { user, tenantName, token } = link;
    const { requestId } = request.origin;
    const send = (): Promise<void> => this.mail.send(user, tenantName, token, request.locale);
    const taken = this.mails.add(user.id, () => this.logged(requestId, send));
    if (!taken) this.logger.warn({ requestId }, 'Too many mails wait for the mail server; a link was not sent');
  }

  /** Nobody waits for the work: this is where its error surfaces. */
  private async logged(requestId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error({ err: error, requestId }, 'A link to set a password could not be sent');
    }
  }
}
