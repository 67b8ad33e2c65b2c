import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/time/clock';
import {
  ACCOUNT_LIMIT,
  accountKey,
  ADDRESS_LIMIT,
  addressKey,
  anywhereKey,
  type AttemptLimit,
  deviceKey,
  PAIR_LIMIT,
  pairKey,
} from '../domain/attempt-limits';
import { SignInFailuresRepository } from '../storage/sign-in-failures.repository';

/** The values by which an attempt is counted. */
export interface Attempted {
  /** `null` for an attempt that does not name a tenant. */
  readonly tenantId: string | null;
  readonly emailKey: string;
  readonly ip: string;
  /**
   * Id of the device if a user has signed in to this account on it before; `null` otherwise. Set only for an attempt that names a tenant.
   */
  readonly device: string | null;
}

/** One of the counters that an attempt increments. */
interface Count {
  readonly key: Buffer;
  /** The account to which the counter belongs, so that a new password clears the counter; `null` for the counter of an address. */
  readonly account: Buffer | null;
  readonly limit: AttemptLimit;
}

/**
 * Throttles guessing across all processes and restarts: by address, by account and address, and (at a much higher count) by account alone,
 * because anyone can cause failures for an account. A device that signed in to the account before has a separate counter, so that guesses
 * from elsewhere do not lock out its owner. An attempt counts as a failure before its password is checked, and is uncounted if the password
 * was right. Of any number of concurrent attempts, only as many are checked as are allowed to fail.
 */
@Injectable()
export class SignInLimits {
  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the number of seconds that an attempt must wait, which can be 0. Depends only on earlier attempts, never on whether the account
   * exists.
   */
  async waitSeconds(attempted: Attempted): Promise<number> {
    const nowMs = this.clock.nowMs();
    const untilMs = await this.repository.blockedUntilMs(blockingKeys(attempted), nowMs);
    return untilMs === null ? 0 : Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  }

  /** Returns whether an account of one tenant is throttled, for an attempt from this IP address that did not name a tenant. */
  async isBlocked(tenantId: string, emailKey: string, ip: string): Promise<boolean> {
    const keys = [accountKey(tenantId, emailKey), pairKey(tenantId, emailKey, ip)];
    return (await this.repository.blockedUntilMs(keys, this.clock.nowMs())) !== null;
  }

  /** Counts a failure in each counter of the attempt. @returns false, without counting, if one of the counters has reached its limit. */
  async begin(attempted: Attempted): Promise<boolean> {
    const nowMs = this.clock.nowMs();
    const taken: Buffer[] = [];
    for (const { key, account, limit } of countsOf(attempted)) {
      if (!(await this.repository.count(key, account, limit, nowMs))) {
        for (const one of taken) await this.repository.takeBack(one);
        return false;
      }
      taken.push(key);
    }
    return true;
  }

  /** Clears the account's failures. Keeps the earlier failures from the IP address, which might be guesses at other accounts. */
  async succeeded(attempted: Attempted): Promise<void> {
    const counts = countsOf(attempted);
    for (const { key, account } of counts) if (account === null) await this.repository.takeBack(key);
    await this.repository.forget(counts.flatMap(({ key, account }) => (account === null ? [] : [key])));
  }

  /** Uncounts this attempt, which was not a failure. Earlier failures stay. */
  async takeBack(attempted: Attempted): Promise<void> {
    for (const { key } of countsOf(attempted)) await this.repository.takeBack(key);
  }
}

function countsOf({ tenantId, emailKey, ip, device }: Attempted): readonly Count[] {
  const account = tenantId === null ? anywhereKey(emailKey) : accountKey(tenantId, emailKey);
  if (device !== null && tenantId !== null) {
    return [{ key: deviceKey(tenantId, emailKey, device), account, limit: PAIR_LIMIT }];
  }
  return [
    { key: addressKey(ip), account: null, limit: ADDRESS_LIMIT },
    { key: pairKey(tenantId, emailKey, ip), account, limit: PAIR_LIMIT },
    { key: account, account, limit: ACCOUNT_LIMIT },
  ];
}

function blockingKeys(attempted: Attempted): readonly Buffer[] {
  const keys = countsOf(attempted).map(({ key }) => key);
  const { emailKey, ip, device } = attempted;
  // An attempt without a tenant also counts toward this tenant's account.
  return device === null ? [...keys, anywhereKey(emailKey), pairKey(null, emailKey, ip)] : keys;
}
