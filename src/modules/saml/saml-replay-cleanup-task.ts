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
    failure: 'SAML assertions that have expired could not be forgotten; it is tried later',
  })
  async prune(): Promise<void> {
    await this.shown.prune();
  }
}
