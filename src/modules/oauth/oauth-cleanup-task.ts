import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { RefreshFamiliesRepository } from './storage/refresh-families.repository';

const EVERY_MS = 10 * 60_000;

/** Deletes codes, refresh tokens, grants and assertion ids that can no longer be used. */
@Injectable()
export class OauthCleanupTask {
  constructor(private readonly families: RefreshFamiliesRepository) {}

  @Scheduled({
    name: 'oauth.prune',
    everyMs: EVERY_MS,
    leaseSeconds: 1800,
    failure: 'Could not remove expired codes and refresh tokens; retrying later',
  })
  async prune(): Promise<void> {
    await this.families.endExpired();
    await this.families.prune();
  }
}
