import { Injectable } from '@nestjs/common';
import { Clock } from '../../../kernel/time/clock';
import type { FactorAttempt, FactorAttemptsPort } from '../contract/factor-attempts.port';
import { FACTOR_LIMIT, factorKey, factorPairKey, PAIR_LIMIT } from '../domain/attempt-limits';
import { SignInFailuresRepository } from '../storage/sign-in-failures.repository';

@Injectable()
export class FactorAttempts implements FactorAttemptsPort {
  constructor(
    private readonly repository: SignInFailuresRepository,
    private readonly clock: Clock,
  ) {}

  async begin({ tenantId, userId, ip }: FactorAttempt): Promise<number> {
    const nowMs = this.clock.nowMs();
    const account = factorKey(tenantId, userId);
    const pair = factorPairKey(tenantId, userId, ip);
    if (!(await this.repository.count(pair, account, PAIR_LIMIT, nowMs))) return this.waitSeconds(pair, nowMs);
    if (await this.repository.count(account, account, FACTOR_LIMIT, nowMs)) return 0;
    await this.repository.takeBack(pair);
    return this.waitSeconds(account, nowMs);
  }

  async succeeded({ tenantId, userId, ip }: FactorAttempt): Promise<void> {
    await this.repository.forget([factorKey(tenantId, userId), factorPairKey(tenantId, userId, ip)]);
  }

  private async waitSeconds(key: Buffer, nowMs: number): Promise<number> {
    const untilMs = await this.repository.blockedUntilMs([key], nowMs);
    return untilMs === null ? 1 : Math.max(1, Math.ceil((untilMs - nowMs) / 1000));
  }
}
