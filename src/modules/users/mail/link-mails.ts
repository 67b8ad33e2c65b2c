import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import type { SignInOrigin } from '../contract/users.types';
import { WorkQueue } from '../domain/work-queue';
import { type Mail, Mailer } from './mailer';

/**
 * Answers requests for links by mail after the callers have received their responses, so that the timing of the response does not reveal
 * which addresses exist. Mails have a separate queue, so that the waiting time of requests does not reveal that the mail server is slow. A
 * request that finds the queue full, or is waiting when the process is killed, is lost: the user must request a link again.
 */
@Injectable()
export class LinkMails {
  /** The owner is the requesting IP address. */
  private readonly requests = new WorkQueue({ maxRunning: 1, maxWaiting: 500, maxWaitingOfOne: 20 });
  /** The owner is the recipient. */
  private readonly mails = new WorkQueue({ maxRunning: 4, maxWaiting: 500, maxWaitingOfOne: 5 });

  constructor(
    private readonly mailer: Mailer,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Queues a request. Never reports its outcome. @param answer makes the mail; `null` if there is none to send. */
  add({ ip, requestId }: SignInOrigin, answer: () => Promise<Mail | null>): void {
    const taken = this.requests.add(ip, () =>
      this.logged(requestId, async () => {
        const mail = await answer();
        if (mail !== null) this.send(mail, requestId);
      }),
    );
    if (!taken) this.logger.warn({ requestId, ip }, 'Too many requests for links by mail; one was not answered');
  }

  /** Resolves when no requests or mails are waiting. */
  async drain(): Promise<void> {
    await this.requests.drain();
    await this.mails.drain();
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain();
  }

  private send(mail: Mail, requestId: string): void {
    const taken = this.mails.add(mail.to, () => this.logged(requestId, () => this.mailer.send(mail)));
    if (!taken) this.logger.warn({ requestId }, 'Too many mails are waiting for the mail server; a link was not sent');
  }

  /** Runs the work and logs errors, because the work runs in the background and no caller receives them. */
  private async logged(requestId: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error({ err: error, requestId }, 'Could not send a link by mail');
    }
  }
}
