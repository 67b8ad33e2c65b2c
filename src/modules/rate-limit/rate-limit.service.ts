import { Inject, Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import type { CallContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { rateLimitDecisions } from '../../kernel/telemetry/metrics';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { Buckets } from './buckets/buckets';
import type { RateLimitPort } from './contract/rate-limit.port';
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
export class RateLimitService implements RateLimitPort, ChangeHolder {
  readonly topics = [RATE_LIMIT_RESETS_TOPIC];

  constructor(
    private readonly rules: RulesHolder,
    private readonly limiter: Limiter,
    private readonly buckets: Buckets,
    private readonly repository: RulesRepository,
    private readonly clock: Clock,
    feed: ChangeFeed,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    feed.register(this);
  }

  async check(_context: CallContext, query: RateLimitQuery): Promise<RateLimitDecision> {
    checkQuery(query);
    const current = this.rules.current(query.tenantId);
    const { limits, isCurrent } = current
      ? { limits: current, isCurrent: true }
      : await this.rules.obtain(query.tenantId);
    const { tenantId, key, cost } = query;
    const kind = query.route === null ? 'key' : 'request';
    const decided = this.limiter.decide({ tenantId, kind, key, cost }, limitsOf(limits, query), isCurrent);
    const decision = decided instanceof Promise ? await decided : decided;
    this.count(query, decision);
    return decision;
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

  /** Every name under which a key may have been counted: by each rule that fits it now, and by the default. */
  private async namesOf(tenantId: string, key: string): Promise<readonly string[]> {
    const limits = this.rules.current(tenantId) ?? (await this.rules.obtain(tenantId)).limits;
    return [...limits.forKey(key), limits.byDefault].map((limit) => countName(limit, 'key', key));
  }

  private count(query: RateLimitQuery, decision: RateLimitDecision): void {
    if (decision.allowed) ALLOWED.inc();
    else REFUSED.inc();
    if (decision.degraded) DEGRADED.inc();
    if (!decision.shadow) return;
    SHADOW.inc();
    this.logger.debug(
      { tenantId: query.tenantId, policy: decision.policy },
      'A rule in shadow mode would have refused',
    );
  }
}

function limitsOf(limits: TenantLimits, { key, route, limit, windowSeconds }: RateLimitQuery): readonly Limit[] {
  const applying = route === null ? limits.forKey(key) : limits.forRequest(key, route);
  if (limit === null && windowSeconds === null) return applying;
  return applying.map((by) => rememberedNarrowed(by, limit, windowSeconds));
}
