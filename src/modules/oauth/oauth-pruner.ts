import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

const EVERY_MS = 10 * 60_000;

/** Drops codes, refresh tokens, grants and assertion ids that cannot be used any more. */
@Injectable()
export class OauthPruner {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly families: RefreshFamiliesRepository,
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
      await this.families.endExpired();
      await this.families.prune();
    } catch (error) {
      this.logger.warn(
        { err: error },
        'Codes and refresh tokens that are over could not be removed; it is tried later',
      );
    }
  }
}
