import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../kernel/tasks/scheduled';
import { Clock } from '../../kernel/time/clock';
import { PasskeysRepository } from './storage/passkeys.repository';

const EVERY_MS = 600_000;

/** Deletes answered challenges that have expired. */
@Injectable()
export class FactorsCleanupTask {
  constructor(
    private readonly passkeys: PasskeysRepository,
    private readonly clock: Clock,
  ) {}

  @Scheduled({
    name: 'factors.sweep',
    everyMs: EVERY_MS,
    leaseSeconds: 1_200,
    failure: 'Could not delete expired challenges; retrying later',
  })
  sweep(): Promise<void> {
    return this.passkeys.sweep(new Date(this.clock.nowMs()));
  }
}
