import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { LOGGER, type Logger } from '../telemetry/logger';
import { Repeated } from '../time/repeated';

const EVERY_MS = 10 * 60_000;

/**
 * Drops what the kernel keeps for a time only: entries of the change log that nobody needs any more, and answers under
 * idempotency keys that are over. Runs where the control plane does.
 */
@Injectable()
export class ChangePruner {
  private readonly turns = new Repeated({
    everyMs: EVERY_MS,
    turn: () => this.database.platform().run('SELECT kernel.prune_changes(), kernel.prune_idempotent_writes()'),
    failed: (err) =>
      this.logger.warn({ err }, 'The change log and old answers could not be pruned; it is tried again later'),
  });

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.turns.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.turns.stop();
  }
}
