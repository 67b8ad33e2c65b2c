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

/** What an attempt is counted by. */
export interface Attempted {
  /** `null` for an attempt that names no tenant. */
  readonly tenantId: string | null;
  readonly emailKey: string;
  readonly ip: string;
  /** Id of the device, if somebody signed in to this account on it before; else `null`. Only with a tenant. */
  readonly device: string | null;
}

/** One count of an attempt. */
interface Count {
  readonly key: Buffer;
  /** Of the account whose count it is, so that a new password ends it; `null` for that of an address. */
  readonly account: Buffer | null;
  readonly limit: AttemptLimit;
}

/**
 * Slows guessing down over all processes and restarts: by address, by account and address, and by account only at a much
 * higher count, since anybody can fail at it. A device that signed in to the account before is counted by itself, so that
 * guesses from elsewhere do not keep its owner out. An attempt takes its place among the failures before its password is
 * looked at, and gives it back when it was right: however many come at once, no more are looked at than may fail.
 */
@Injectable()
export class SignInLimits {
  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
  ) {}

  /** Seconds that an attempt must wait; 0 for none. Depends on earlier attempts only, never on whether there is such an account. */
  async waitSeconds(attempted: Attempted): Promise<number> {
    const nowMs = this.clock.nowMs();
    const untilMs = await this.repository.blockedUntilMs(blockingKeys(attempted), nowMs);
    return untilMs === null ? 0 : Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  }

  /** Whether an account of one tenant must wait by itself, for an attempt from an address that named no tenant. */
  async isBlocked(tenantId: string, emailKey: string, ip: string): Promise<boolean> {
    const keys = [accountKey(tenantId, emailKey), pairKey(tenantId, emailKey, ip)];
    return (await this.repository.blockedUntilMs(keys, this.clock.nowMs())) !== null;
  }

  /** Takes a place among the failures of each of its counts. @returns false, with none taken, when one has none left. */
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

  /** The account's failures no longer count. Those of its address do: they may be of guesses at others. */
  async succeeded(attempted: Attempted): Promise<void> {
    const counts = countsOf(attempted);
    for (const { key, account } of counts) if (account === null) await this.repository.takeBack(key);
    await this.repository.forget(counts.flatMap(({ key, account }) => (account === null ? [] : [key])));
  }

  /** This attempt was no failure; those before it were. */
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
  // An attempt anywhere is one on this tenant's account too.
  return device === null ? [...keys, anywhereKey(emailKey), pairKey(null, emailKey, ip)] : keys;
}
