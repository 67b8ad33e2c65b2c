import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Scheduled } from '../tasks/scheduled';

const EVERY_MS = 10 * 60_000;

/**
 * Drops what the kernel keeps for a time only: entries of the change log that nobody needs any more, and answers under
 * idempotency keys that are over. Runs where the control plane does.
 */
@Injectable()
export class ChangeCleanupTask {
  constructor(private readonly database: Database) {}

  @Scheduled({
    name: 'changes.prune',
    everyMs: EVERY_MS,
    leaseSeconds: 1800,
    failure: 'The change log and old answers could not be pruned; it is tried again later',
  })
  async prune(): Promise<void> {
    await this.database.platform().run('SELECT kernel.prune_changes(), kernel.prune_idempotent_writes()');
  }
}
