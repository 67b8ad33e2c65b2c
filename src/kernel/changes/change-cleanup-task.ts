import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { Scheduled } from '../tasks/scheduled';

const EVERY_MS = 10 * 60_000;

/**
 * Deletes kernel data that is kept only for a limited time: change log entries that are no longer needed, and responses for expired
 * idempotency keys. Runs in the process that hosts the control plane.
 */
@Injectable()
export class ChangeCleanupTask {
  constructor(private readonly database: Database) {}

  @Scheduled({
    name: 'changes.prune',
    everyMs: EVERY_MS,
    leaseSeconds: 1800,
    failure: 'Could not prune the change log and stored responses; retrying later',
  })
  async prune(): Promise<void> {
    await this.database.platform().run('SELECT kernel.prune_changes(), kernel.prune_idempotent_writes()');
  }
}
