import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { LOGGER, type Logger } from '../telemetry/logger';

const EVERY_MS = 10 * 60_000;

/**
 * Drops what the kernel keeps for a time only: entries of the change log that nobody needs any more, and answers under
 * idempotency keys that are over. Runs where the control plane does.
 */
@Injectable()
export class ChangePruner {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.prune(), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async prune(): Promise<void> {
    try {
      await this.database.query('SELECT kernel.prune_changes(), kernel.prune_idempotent_writes()');
    } catch (error) {
      this.logger.warn({ err: error }, 'The change log and old answers could not be pruned; it is tried again later');
    }
  }
}
