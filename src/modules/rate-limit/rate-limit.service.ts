import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { rateLimitDecisions } from '../../kernel/telemetry/metrics';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { Buckets } from './buckets/buckets';
import type { CountingRateLimitPort } from './contract/rate-limit.port';
import { RATE_LIMIT_RESETS_TOPIC, type RateLimitDecision, type RateLimitQuery } from './contract/rate-limit.types';
import { countName, type Limit } from './domain/limit';
import { rememberedNarrowed } from './domain/narrowed-limits';
import { checkKey, checkQuery } from './contract/rate-limit-query';
import type { TenantLimits } from './domain/tenant-limits';
import { Limiter } from './limiter';
import { RulesHolder } from './rules-holder';
import { RulesRepository } from './storage/rules.repository';

const ALLOWED = rateLimitDecisions.labels('allowed');
const REFUSED = rateLimitDecisions.labels('refused');
const SHADOW = rateLimitDecisions.labels('shadow');
const DEGRADED = rateLimitDecisions.labels('degraded');

@Injectable()
export class RateLimitService implements CountingRateLimitPort, ChangeHolder {
  readonly topics = [RATE_LIMIT_RESETS_TOPIC];

  constructor(
    private readonly rules: RulesHolder,
    private readonly limiter: Limiter,
    private readonly buckets: Buckets,
    private readonly repository: RulesRepository,
    private readonly clock: Clock,
    feed: ChangeFeed,
  ) {
    feed.register(this);
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
    // The record before the effect, and the bell after it: whoever hears it must find the store reset.
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

  /** What another process has reset. */
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
    return decided instanceof Promise ? decided.then(counted) : counted(decided);
  }

  /** Every name under which a key may have been counted: by each rule that fits it now, and by the default. */
  private async namesOf(tenantId: string, key: string): Promise<readonly string[]> {
    const limits = this.rules.current(tenantId) ?? (await this.rules.obtain(tenantId)).limits;
    const applying = new Set([...limits.forKey(key), limits.byDefault]);
    return [...applying].map((limit) => countName(limit, 'key', key));
  }
}

/** The decision, in the metrics too. */
function counted(decision: RateLimitDecision): RateLimitDecision {
  const { allowed, degraded, shadow } = decision;
  if (allowed) ALLOWED.inc();
  else REFUSED.inc();
  if (degraded) DEGRADED.inc();
  if (shadow) SHADOW.inc();
  return decision;
}

function limitsOf(limits: TenantLimits, { key, route, limit, windowSeconds }: RateLimitQuery): readonly Limit[] {
  const applying = route === null ? limits.forKey(key) : limits.forRequest(key, route);
  if (limit === null && windowSeconds === null) return applying;
  return applying.map((by) => rememberedNarrowed(by, limit, windowSeconds));
}
