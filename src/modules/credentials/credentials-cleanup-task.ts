import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { KEPT_DAYS } from './contract/credentials.types';
import { CredentialsRepository } from './storage/credentials.repository';

const EVERY_MS = 3_600_000;
const BATCH = 1_000;

/** Deletes keys that were revoked or expired long ago. Several processes can run it concurrently. */
@Injectable()
export class CredentialsCleanupTask {
  constructor(private readonly repository: CredentialsRepository) {}

  /** @returns the number of deleted keys. */
  @Scheduled({
    name: 'credentials.prune',
    everyMs: EVERY_MS,
    leaseSeconds: 7200,
    failure: 'Ended API keys could not be deleted; retrying later',
  })
  prune(): Promise<number> {
    return this.repository.prune(KEPT_DAYS, BATCH);
  }
}
