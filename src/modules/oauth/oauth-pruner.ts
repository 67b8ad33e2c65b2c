import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Repeated } from '../../kernel/time/repeated';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

const EVERY_MS = 10 * 60_000;

/** Drops codes, refresh tokens, grants and assertion ids that cannot be used any more. */
@Injectable()
export class OauthPruner {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.prune(),
    failed: (err) =>
      this.logger.warn({ err }, 'Codes and refresh tokens that are over could not be removed; it is tried later'),
  });

  constructor(
    private readonly families: RefreshFamiliesRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }

  private async prune(): Promise<void> {
    await this.families.endExpired();
    await this.families.prune();
  }
}
