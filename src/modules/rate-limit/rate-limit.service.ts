import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeSubscriber } from '../../kernel/changes/change-feed';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { Buckets } from './buckets/buckets';
import type { CountingRateLimitPort } from './contract/rate-limit.port';
import { RATE_LIMIT_RESETS_TOPIC, type RateLimitDecision, type RateLimitQuery } from './contract/rate-limit.types';
import { countName, type Limit } from './domain/limit';
import { rememberedNarrowed } from './domain/narrowed-limits';
import { checkKey, checkQuery } from './contract/rate-limit-query';
import type { TenantLimits } from './domain/tenant-limits';
import { RateLimiter } from './rate-limiter';
import { RulesCache } from './rules-cache';
import { RulesRepository } from './storage/rules.repository';

@Injectable()
export class RateLimitService implements CountingRateLimitPort, ChangeSubscriber {
  readonly topics = [RATE_LIMIT_RESETS_TOPIC];
  /** Cached children of the counter, because a lookup by labels costs more than counting. */
  private readonly outcomes: Readonly<Record<'allowed' | 'refused' | 'shadow' | 'degraded', Counter.Internal>>;

  constructor(
    private readonly rules: RulesCache,
    private readonly limiter: RateLimiter,
    private readonly buckets: Buckets,
    private readonly repository: RulesRepository,
    private readonly clock: Clock,
    feed: ChangeFeed,
    @InjectMetric('coresdk_rate_limit_decisions_total') decisions: Counter<'outcome'>,
  ) {
    feed.register(this);
    this.outcomes = {
      allowed: decisions.labels('allowed'),
      refused: decisions.labels('refused'),
      shadow: decisions.labels('shadow'),
      degraded: decisions.labels('degraded'),
    };
  }

  async check(_context: CallContext, query: RateLimitQuery): Promise<RateLimitDecision> {
    return this.decide(query);
  }

  decide(query: RateLimitQuery): RateLimitDecision | Promise<RateLimitDecision> {
    checkQuery(query);
    const current = this.rules.current(query.tenantId);
    if (current) return this.decideBy(current, true, query);
    return this.rules.obtain(query.tenantId).then(({ limits, isCurrent }) => this.decideBy(limits, isCurrent, query));
  }

  async reset(context: CallContext, tenantId: string, key: string): Promise<void> {
    checkKey(key);
    const names = await this.namesOf(tenantId, key);
    const nowMs = this.clock.nowMs();
    const audited = {
      id: newId('aud', nowMs),
      action: 'rate_limit.reset',
      resourceType: 'rate_limit_key',
      resourceId: key,
    };
    const event = stagedAuditEvent(auditEvent({ ...context, tenantId }, audited, nowMs));
    // The audit event precedes the reset, and the notification follows it, because the processes that receive the notification must find
    // the counts in the store already reset.
    await this.repository.recordReset(tenantId, event);
    await this.buckets.forget(tenantId, names);
    await this.repository.publishReset(tenantId, key);
  }

  async release(_context: CallContext, tenantId: string, lease: string): Promise<void> {
    await this.limiter.release(tenantId, lease);
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  /** Applies a reset that another process made. */
  async apply({ tenantId, key }: Change): Promise<void> {
    if (tenantId !== null) this.buckets.forgetHere(tenantId, await this.namesOf(tenantId, key));
  }

  private decideBy(
    limits: TenantLimits,
    isCurrent: boolean,
    query: RateLimitQuery,
  ): RateLimitDecision | Promise<RateLimitDecision> {
    const { tenantId, key, cost, route } = query;
    const call = { tenantId, kind: route === null ? 'key' : 'request', key, cost } as const;
    const decided = this.limiter.decide(call, limitsOf(limits, query), isCurrent);
    return decided instanceof Promise ? decided.then((one) => this.counted(one)) : this.counted(decided);
  }

  /** Counts the decision in the metrics, and returns it. */
  private counted(decision: RateLimitDecision): RateLimitDecision {
    const { allowed, degraded, shadow } = decision;
    if (allowed) this.outcomes.allowed.inc();
    else this.outcomes.refused.inc();
    if (degraded) this.outcomes.degraded.inc();
    if (shadow) this.outcomes.shadow.inc();
    return decision;
  }

  /** Returns every name under which a key may have been counted: for each rule that matches it now, and for the default. */
  private async namesOf(tenantId: string, key: string): Promise<readonly string[]> {
    const limits = this.rules.current(tenantId) ?? (await this.rules.obtain(tenantId)).limits;
    const applying = new Set([...limits.forKey(key), limits.byDefault]);
    return [...applying].map((limit) => countName(limit, 'key', key));
  }
}

function limitsOf(limits: TenantLimits, { key, route, limit, windowSeconds }: RateLimitQuery): readonly Limit[] {
  const applying = route === null ? limits.forKey(key) : limits.forRequest(key, route);
  if (limit === null && windowSeconds === null) return applying;
  return applying.map((by) => rememberedNarrowed(by, limit, windowSeconds));
}
