import { Injectable } from '@nestjs/common';
import { Scheduled } from '../../../kernel/tasks/scheduled';
import { Clock } from '../../../kernel/time/clock';
import { SignInFailuresRepository } from '../storage/sign-in-failures.repository';

const EVERY_MS = 60_000;
/** Maximum number of stored failures: failures with made-up addresses can fill at most about 100 MB. */
const MAX_FAILURES = 500_000;

/** Deletes expired sessions and links, and failed sign-ins that no longer count. */
@Injectable()
export class UsersCleanupTask {
  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
  ) {}

  @Scheduled({
    name: 'users.sweep',
    everyMs: EVERY_MS,
    leaseSeconds: 180,
    failure: 'Could not remove expired sessions and links; retrying later',
  })
  sweep(): Promise<void> {
    return this.repository.sweep(this.clock.nowMs(), MAX_FAILURES);
  }
}
