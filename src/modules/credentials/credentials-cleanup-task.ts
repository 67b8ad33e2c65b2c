import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { KEPT_DAYS } from './contract/credentials.types';
import { CredentialsRepository } from './storage/credentials.repository';

const EVERY_MS = 3_600_000;
const BATCH = 1_000;

/** Drops keys that have been over for long. Several processes may do so at once. */
@Injectable()
export class CredentialsCleanupTask {
  constructor(private readonly repository: CredentialsRepository) {}

  /** @returns how many were dropped. */
  @Scheduled({
    name: 'credentials.prune',
    everyMs: EVERY_MS,
    leaseSeconds: 7200,
    failure: 'API keys that are over could not be dropped; it is tried again later',
  })
  prune(): Promise<number> {
    return this.repository.prune(KEPT_DAYS, BATCH);
  }
}
