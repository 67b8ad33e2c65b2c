import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../../kernel/tasks/scheduled';
import { SignInsRepository } from '../storage/sign-ins.repository';

/** Deletes sign-ins that never returned from their provider. */
@Injectable()
export class SignInsCleanupTask {
  constructor(private readonly signIns: SignInsRepository) {}

  @Scheduled({
    name: 'connections.prune',
    everyMs: 10 * 60_000,
    leaseSeconds: 1_800,
    failure: 'Could not remove expired sign-ins; retrying later',
  })
  async prune(): Promise<void> {
    await this.signIns.prune();
  }
}
