import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Change } from '../../kernel/changes/change';
import { ChangeFeed, type ChangeHolder } from '../../kernel/changes/change-feed';
import { InjectConfig } from '../../kernel/config/inject-config';
import { atMost } from '../../kernel/memory/at-most';
import { LOGGER, type Logger } from '../../kernel/telemetry/logger';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { TENANTS_TOPIC } from '../tenants/contract/tenants.types';
import { type PlanRateLimitRule, type RateLimitRule, RULE_LIMITS } from './contract/rate-limit-rules.types';
import { RATE_LIMIT_RULES_TOPIC } from './contract/rate-limit.types';
import { limitOf } from './domain/limit';
import { rulesOfPlan, TenantLimits } from './domain/tenant-limits';
import { rateLimitConfig, type RateLimitConfig } from './rate-limit.config';
import { RulesRepository } from './storage/rules.repository';

/** Tenants in memory; far more than one process serves at a time. */
const MAX_HELD = 10_000;
/** After a load failed: what is known goes on to hold, and the store is left alone for a moment. */
const RETRY_MS = 1_000;

interface Held {
  readonly limits: TenantLimits;
  /** A change is known that is not in it. */
  isOutdated: boolean;
}

/** What limits a tenant, and whether that is known to be current. */
export interface ObtainedLimits {
  readonly limits: TenantLimits;
  readonly isCurrent: boolean;
}

/**
 * The rules of tenants and plans in memory, read at first use and current by the change feed. When they cannot be read, the
 * last known ones hold, and the default for a tenant that was never seen: limiting goes on, and says that it is degraded.
 */
@Injectable()
export class RulesHolder implements ChangeHolder {
  readonly topics = [RATE_LIMIT_RULES_TOPIC, TENANTS_TOPIC];
  private readonly held = new LRUCache<string, Held>(atMost(MAX_HELD));
  private readonly loading = new Map<string, Promise<ObtainedLimits>>();
  private readonly withoutRules: TenantLimits;
  private planRules: Promise<readonly PlanRateLimitRule[]> | null = null;
  /** Counts changes, so that what was read before one is not kept as current after it. */
  private generation = 0;
  private retryAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly repository: RulesRepository,
    private readonly tenants: TenantsPort,
    feed: ChangeFeed,
    @InjectConfig(rateLimitConfig)
    private readonly config: Pick<RateLimitConfig, 'RATE_LIMIT_DEFAULT' | 'RATE_LIMIT_DEFAULT_WINDOW_SECONDS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.withoutRules = this.limitsOf([], []);
    feed.register(this);
  }

  /** What limits a tenant when it is in memory and current; `null`: {@link obtain} it. */
  current(tenantId: string): TenantLimits | null {
    const held = this.held.get(tenantId);
    return held === undefined || held.isOutdated ? null : held.limits;
  }

  /** What limits a tenant, read anew. Never fails: what cannot be read is as it was last known. */
  obtain(tenantId: string): Promise<ObtainedLimits> {
    const running = this.loading.get(tenantId);
    if (running) return running;
    const load = this.read(tenantId).finally(() => this.loading.delete(tenantId));
    this.loading.set(tenantId, load);
    return load;
  }

  load(): Promise<void> {
    this.outdateAll();
    return Promise.resolve();
  }

  apply({ topic, tenantId, key }: Change): void {
    if (topic === RATE_LIMIT_RULES_TOPIC && tenantId === null) {
      this.outdateAll();
      return;
    }
    this.generation++;
    const held = this.held.peek(topic === TENANTS_TOPIC ? key : (tenantId ?? ''));
    if (held) held.isOutdated = true;
  }

  private outdateAll(): void {
    this.generation++;
    this.planRules = null;
    for (const held of this.held.values()) held.isOutdated = true;
  }

  private async read(tenantId: string): Promise<ObtainedLimits> {
    const lastKnown = { limits: this.held.get(tenantId)?.limits ?? this.withoutRules, isCurrent: false };
    if (performance.now() < this.retryAt) return lastKnown;
    try {
      for (;;) {
        const { generation } = this;
        const limits = await this.readOnce(tenantId);
        if (generation !== this.generation) continue;
        this.held.set(tenantId, { limits, isOutdated: false });
        return { limits, isCurrent: true };
      }
    } catch (error) {
      this.retryAt = performance.now() + RETRY_MS;
      this.planRules = null;
      this.logger.error({ err: error, tenantId }, 'The rate limits of a tenant could not be read');
      return lastKnown;
    }
  }

  private async readOnce(tenantId: string): Promise<TenantLimits> {
    this.planRules ??= this.repository.listPlans('', RULE_LIMITS.maxRules);
    const [own, plans, tenant] = await Promise.all([
      this.repository.list(tenantId, '', RULE_LIMITS.maxRules),
      this.planRules,
      this.tenants.find(tenantId),
    ]);
    return this.limitsOf(own, tenant === null ? [] : rulesOfPlan(plans, tenant.plan));
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
