import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { ReadinessIndicator } from '../../kernel/health/readiness-indicator';
import { AuditHealth } from './audit-health';

/** Checks that the audit log is writable. */
@Injectable()
export class AuditIndicator extends ReadinessIndicator {
  readonly key = 'audit';
  readonly order = 5;

  constructor(
    private readonly audit: AuditHealth,
    private readonly feed: ChangeFeed,
  ) {
    super();
  }

  protected override missing(): string | null {
    // While the database is unavailable, the log is not writable either, but one report is enough.
    return !this.feed.isFresh() && this.feed.isStoreAway() ? null : this.audit.missing();
  }
}
