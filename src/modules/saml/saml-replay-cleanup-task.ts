import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { ShownAssertionsRepository } from './storage/shown-assertions.repository';

const EVERY_MS = 10 * 60_000;

/** Deletes the records of expired assertions. */
@Injectable()
export class SamlReplayCleanupTask {
  constructor(private readonly shown: ShownAssertionsRepository) {}

  @Scheduled({
    name: 'saml.prune',
    everyMs: EVERY_MS,
    leaseSeconds: 1800,
    failure: 'Could not remove expired SAML assertions; retrying later',
  })
  async prune(): Promise<void> {
    await this.shown.prune();
  }
}
