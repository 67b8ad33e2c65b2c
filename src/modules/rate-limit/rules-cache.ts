import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { InjectConfig } from '../../kernel/config/inject-config';
import { maxEntries } from '../../kernel/memory/max-entries';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { TENANTS_TOPIC } from '../tenants/contract/tenants.types';
import { type PlanRateLimitRule, type RateLimitRule, RULE_LIMITS } from './contract/rate-limit-rules.types';
import { RATE_LIMIT_RULES_TOPIC } from './contract/rate-limit.types';
import { limitOf } from './domain/limit';
import { rulesOfPlan, TenantLimits } from './domain/tenant-limits';
import { rateLimitConfig, type RateLimitConfig } from './rate-limit.config';
import { RulesRepository } from './storage/rules.repository';

/** The maximum number of tenants in memory, far more than one process serves simultaneously. */
const MAX_HELD = 10_000;
/** The pause after a failed load; in the meantime, the last known rules apply. */
const RETRY_MS = 1_000;

/** A tenant's limits. `isCurrent` is true if they are known to be current. */
export interface ObtainedLimits {
  readonly limits: TenantLimits;
  readonly isCurrent: boolean;
}

/**
 * A cache of the rules of tenants and plans, loaded on first use and kept current by the change feed. If rules cannot be loaded, the last
 * known rules apply, or the default if no rules are known: limiting continues, and decisions are reported as degraded.
 */
@Injectable()
export class RulesCache {
  private readonly limits: TenantCache<TenantLimits>;
  private readonly plans: TenantCache<readonly PlanRateLimitRule[]>;
  /** The last known limits, used if a load fails. */
  private readonly lastKnown = new LRUCache<string, TenantLimits>(maxEntries(MAX_HELD));
  private readonly withoutRules: TenantLimits;

  constructor(
    private readonly repository: RulesRepository,
    private readonly tenants: TenantsPort,
    feed: ChangeFeed,
    @InjectConfig(rateLimitConfig)
    private readonly config: Pick<RateLimitConfig, 'RATE_LIMIT_DEFAULT' | 'RATE_LIMIT_DEFAULT_WINDOW_SECONDS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.withoutRules = this.limitsOf([], []);
    // A change invalidates the rules first, because limits are built from them.
    this.plans = new TenantCache<readonly PlanRateLimitRule[]>({
      feed,
      what: 'Rate limits of plans are',
      changes: { [RATE_LIMIT_RULES_TOPIC]: ({ tenantId }) => (tenantId === null ? null : undefined) },
      read: () => repository.listPlans('', RULE_LIMITS.maxRules),
      maxSize: 1,
      whenSilent: 'answer',
    });
    this.limits = new TenantCache({
      feed,
      what: 'Rate limits are',
      changes: { [RATE_LIMIT_RULES_TOPIC]: ({ tenantId }) => tenantId, [TENANTS_TOPIC]: ({ key }) => key },
      read: (tenantId) => this.read(tenantId),
      maxSize: MAX_HELD,
      whenSilent: 'answer',
      retryMs: RETRY_MS,
      explain: (tenantId, err) => {
        this.logger.error({ err, tenantId }, 'Failed to read the rate limits of a tenant');
        return err;
      },
    });
  }

  /** Returns a tenant's limits if they are in memory and current. Otherwise, returns `null`; call {@link obtain} to load them. */
  current(tenantId: string): TenantLimits | null {
    return this.limits.peek(tenantId) ?? null;
  }

  /** Loads and returns a tenant's limits. Never fails, because it falls back to the last known limits. */
  async obtain(tenantId: string): Promise<ObtainedLimits> {
    try {
      return { limits: await this.limits.renew(tenantId), isCurrent: true };
    } catch {
      return { limits: this.lastKnown.get(tenantId) ?? this.withoutRules, isCurrent: false };
    }
  }

  private async read(tenantId: string): Promise<TenantLimits> {
    const [own, plans, tenant] = await Promise.all([
      this.repository.list(tenantId, '', RULE_LIMITS.maxRules),
      this.plans.get(''),
      this.tenants.find(tenantId),
    ]);
    const limits = this.limitsOf(own, tenant === null ? [] : rulesOfPlan(plans, tenant.plan));
    this.lastKnown.set(tenantId, limits);
    return limits;
  }

  private limitsOf(own: readonly RateLimitRule[], ofPlan: readonly PlanRateLimitRule[]): TenantLimits {
    const byDefault = limitOf({
      policy: 'default',
      source: 'default',
      limit: this.config.RATE_LIMIT_DEFAULT,
      windowSeconds: this.config.RATE_LIMIT_DEFAULT_WINDOW_SECONDS,
    });
    return new TenantLimits(own, ofPlan, byDefault);
  }
}
