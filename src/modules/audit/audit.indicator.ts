import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { ReadinessIndicator } from '../../kernel/health/readiness-indicator';
import { AuditHealth } from './audit-health';

/** Checks that the audit log can be written. */
@Injectable()
export class AuditIndicator extends ReadinessIndicator {
  readonly key = 'audit';
  readonly order = 5;

  constructor(
    health: HealthIndicatorService,
    private readonly audit: AuditHealth,
    private readonly feed: ChangeFeed,
  ) {
    super(health);
  }

  protected override missing(): string | null {
    // While the store is away nothing can be written either, and that need not be said twice.
    return !this.feed.isFresh() && this.feed.isStoreAway() ? null : this.audit.missing();
  }
}
