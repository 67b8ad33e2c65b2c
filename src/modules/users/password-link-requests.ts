import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../kernel/errors/app-error';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { type LinkRequest, PasswordLinks } from './password-links';

const MAX_WAITING = 500;

/**
 * Answers requests for links one after the other, after their callers have had their answer: by its time nobody can
 * tell whose address there is. What is waiting when the process is killed is lost, and asked for again.
 */
@Injectable()
export class PasswordLinkRequests {
  private readonly waiting: LinkRequest[] = [];
  private working: Promise<void> | null = null;

  constructor(
    private readonly links: PasswordLinks,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Errors: `unavailable` when too many wait. */
  add(request: LinkRequest): void {
    if (this.waiting.length >= MAX_WAITING) {
      throw new AppError('unavailable', 'Too many links are asked for; try again in a minute.');
    }
    this.waiting.push(request);
    this.working ??= this.work();
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.working) await this.working;
  }

  async onModuleDestroy(): Promise<void> {
    await this.drain();
  }

  private async work(): Promise<void> {
    // Not within the caller's turn: what follows must not be in the caller's time.
    await new Promise(setImmediate);
    for (let request = this.waiting.shift(); request; request = this.waiting.shift()) {
      try {
        await this.links.answer(request);
      } catch (error) {
        // Nobody waits for it: this is where the error surfaces.
        const { requestId } = request.origin;
        this.logger.error({ err: error, requestId }, 'A link to set a password could not be sent');
      }
    }
    this.working = null;
  }
}
