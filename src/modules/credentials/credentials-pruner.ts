import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { KEPT_DAYS } from './contract/credentials.types';
import { CredentialsRepository } from './storage/credentials.repository';

const EVERY_MS = 3_600_000;
const BATCH = 1_000;

/** Drops keys that have been over for long. Several processes may do so at once. */
@Injectable()
export class CredentialsPruner {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly repository: CredentialsRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.prune(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Never rejects. @returns how many were dropped. */
  async prune(): Promise<number> {
    try {
      return await this.repository.prune(KEPT_DAYS, BATCH);
    } catch (error) {
      this.logger.warn({ err: error }, 'API keys that are over could not be dropped; it is tried again later');
      return 0;
    }
  }
}
