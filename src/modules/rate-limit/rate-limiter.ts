import { Inject, Injectable } from '@nestjs/common';
import { gcraState } from '../../kernel/limits/gcra';
import { newUlid } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { Clock } from '../../kernel/time/clock';
import { Buckets, type Counted } from './buckets/buckets';
import type { RateLimitDecision, RateLimitReason } from './contract/rate-limit.types';
import { CONCURRENCY_RETRY_MS, decisionOf, type Judged, allowedDecision } from './domain/decision';
import { countName, type Limit } from './domain/limit';
import { untilNextMonthMs } from './domain/month';
import { Quotas } from './quotas';

/** A call whose rate is limited. */
export interface LimitedCall {
  readonly tenantId: string;
  readonly kind: 'key' | 'request';
  readonly key: string;
  readonly cost: number;
}

/** The separator of the parts of a lease; no part contains it. */
const SEPARATOR = '\u001F';

/**
 * The rate limiter: checks each limit of a call in order. If a limit refuses the call, the counts of the earlier limits are subtracted
 * again.
 */
@Injectable()
export class RateLimiter {
  constructor(
    private readonly buckets: Buckets,
    private readonly quotas: Quotas,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Decides whether a call is allowed.
   * @param isCurrent true if the limits are known to be current.
   */
  decide(
    call: LimitedCall,
    limits: readonly Limit[],
    isCurrent: boolean,
  ): RateLimitDecision | Promise<RateLimitDecision> {
    const [only] = limits;
    if (!only) throw new Error('A call has no limit, not even the default.');
    if (limits.length > 1 || only.concurrency !== null || only.monthlyQuota !== null) {
      return this.decideInTurn(call, limits, isCurrent);
    }
    // The usual case: a single count, which does not require waiting if it is in memory.
    const cost = call.cost * only.cost;
    const counted = this.buckets.take(call.tenantId, countName(only, call.kind, call.key), only, cost);
    if (counted instanceof Promise) return counted.then((late) => answer(only, cost, late, isCurrent));
    return answer(only, cost, counted, isCurrent);
  }

  /** Releases a lease in all its limits. Ignores a lease that this class did not issue. */
  async release(tenantId: string, lease: string): Promise<void> {
    for (const part of lease.split(SEPARATOR)) {
      const blank = part.indexOf(' ');
      if (blank > 0) await this.buckets.release(tenantId, part.slice(blank + 1), part.slice(0, blank));
    }
  }

  private async decideInTurn(
    call: LimitedCall,
    limits: readonly Limit[],
    isCurrent: boolean,
  ): Promise<RateLimitDecision> {
    const judged: Judged[] = [];
    const undo: (() => void)[] = [];
    const leases: string[] = [];
    let degraded = !isCurrent;
    for (const limit of limits) {
      const name = countName(limit, call.kind, call.key);
      const cost = call.cost * limit.cost;
      const counted = await this.buckets.take(call.tenantId, name, limit, cost);
      degraded ||= counted.degraded;
      if (counted.allowed) undo.push(() => this.buckets.giveBack(call.tenantId, name, cost * counted.rate.intervalMs));
      let own = judge(limit, cost, counted);
      if (own.refusal === null && limit.concurrency !== null) {
        const id = newUlid();
        const { limit: most, leaseSeconds } = limit.concurrency;
        if (await this.buckets.acquire(call.tenantId, name, id, most, leaseSeconds * 1_000)) {
          leases.push(`${id} ${name}`);
          undo.push(() => void this.buckets.release(call.tenantId, name, id));
        } else {
          own = { ...own, refusal: { reason: 'concurrency', retryAfterMs: CONCURRENCY_RETRY_MS } };
        }
      }
      if (own.refusal === null && limit.monthlyQuota !== null) {
        const standing = await this.quotas.take(call.tenantId, name, limit.monthlyQuota, cost);
        degraded ||= standing.degraded;
        const retryAfterMs = untilNextMonthMs(this.clock.nowMs());
        if (standing.allowed) undo.push(() => this.quotas.giveBack(call.tenantId, name, cost));
        own = {
          ...own,
          quotaLeft: Math.max(0, limit.monthlyQuota - standing.used),
          refusal: standing.allowed ? null : { reason: 'quota', retryAfterMs },
        };
      }
      if (own.refusal !== null && !limit.shadow) {
        for (const back of undo) back();
        // The cost that was subtracted no longer counts.
        if (counted.allowed) own = { ...own, filledMs: Math.max(0, own.filledMs - cost * own.rate.intervalMs) };
        return decisionOf([own, ...judged], degraded, null);
      }
      if (own.refusal !== null) {
        const { policy } = limit;
        this.logger.debug({ tenantId: call.tenantId, policy }, 'A rule in shadow mode would have refused');
      }
      judged.push(own);
    }
    const [first, ...rest] = judged;
    if (!first) throw new Error('No limit was applied to the call.');
    return decisionOf([first, ...rest], degraded, leases.length === 0 ? null : leases.join(SEPARATOR));
  }
}

function judge(limit: Limit, cost: number, { allowed, filledMs, rate }: Counted): Judged {
  const judged = { limit, rate, filledMs, cost, quotaLeft: null };
  if (allowed) return { ...judged, refusal: null };
  // The cost exceeds the burst, so waiting does not help.
  const reason: RateLimitReason = cost > limit.burst ? 'cost' : 'rate';
  return { ...judged, refusal: { reason, retryAfterMs: gcraState(rate, filledMs, cost).retryAfterMs } };
}

function answer(limit: Limit, cost: number, counted: Counted, isCurrent: boolean): RateLimitDecision {
  if (counted.allowed) return allowedDecision(limit, counted.rate, counted.filledMs, counted.degraded || !isCurrent);
  return decisionOf([judge(limit, cost, counted)], counted.degraded || !isCurrent, null);
}
