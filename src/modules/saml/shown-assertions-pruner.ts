import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

const EVERY_MS = 10 * 60_000;

/** Forgets shown assertions that have expired. */
@Injectable()
export class ShownAssertionsPruner {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly shown: ShownAssertionsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.prune();
    }, EVERY_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.running;
  }

  private async prune(): Promise<void> {
    try {
      await this.shown.prune();
    } catch (error) {
      this.logger.warn({ err: error }, 'SAML assertions that have expired could not be forgotten; it is tried later');
    }
  }
}
