import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/time/clock';
import { ACCOUNT_LIMIT, ADDRESS_LIMIT, accountKey, addressKey, anywhereKey } from '../domain/attempt-limits';
import { SignInFailuresRepository } from '../storage/sign-in-failures.repository';

/** What an attempt is counted by. */
export interface Attempted {
  /** `null` for an attempt that names no tenant. */
  readonly tenantId: string | null;
  readonly emailKey: string;
  readonly ip: string;
}

/**
 * Slows guessing down, by account and by address, over all processes and restarts. An attempt takes its place among the
 * failures before its password is looked at, and gives it back when it was right: however many come at once, no more are
 * looked at than may fail.
 */
@Injectable()
export class SignInLimits {
  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
  ) {}

  /** Seconds that an attempt must wait; 0 for none. Depends on earlier attempts only, never on whether there is such an account. */
  async waitSeconds(attempted: Attempted): Promise<number> {
    // An attempt anywhere is one on this tenant's account too.
    const keys = [ownKey(attempted), anywhereKey(attempted.emailKey), addressKey(attempted.ip)];
    const nowMs = this.clock.nowMs();
    const untilMs = await this.repository.blockedUntilMs(keys, nowMs);
    return untilMs === null ? 0 : Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  }

  /** Whether an account of one tenant must wait by itself, for an attempt that named no tenant. */
  async isBlocked(tenantId: string, emailKey: string): Promise<boolean> {
    const key = accountKey(tenantId, emailKey);
    return (await this.repository.blockedUntilMs([key], this.clock.nowMs())) !== null;
  }

  /** Takes a place among the failures of the address and of the account. @returns false when there is none left. */
  async begin(attempted: Attempted): Promise<boolean> {
    const nowMs = this.clock.nowMs();
    const ofAddress = addressKey(attempted.ip);
    if (!(await this.repository.count(ofAddress, ADDRESS_LIMIT, nowMs))) return false;
    if (await this.repository.count(ownKey(attempted), ACCOUNT_LIMIT, nowMs)) return true;
    await this.repository.takeBack(ofAddress);
    return false;
  }

  /** The account's failures no longer count. Those of its address do: they may be of guesses at others. */
  async succeeded(attempted: Attempted): Promise<void> {
    await this.repository.takeBack(addressKey(attempted.ip));
    await this.repository.forget([ownKey(attempted)]);
  }

  /** This attempt was no failure; those before it were. */
  async takeBack(attempted: Attempted): Promise<void> {
    await this.repository.takeBack(addressKey(attempted.ip));
    await this.repository.takeBack(ownKey(attempted));
  }
}

function ownKey({ tenantId, emailKey }: Attempted): Buffer {
  return tenantId === null ? anywhereKey(emailKey) : accountKey(tenantId, emailKey);
}
