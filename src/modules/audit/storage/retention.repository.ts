import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import { stageEvent, type StagedEvent, stagePlatformEvent } from '../../../kernel/database/staged-event';
import type { AuditRetention, ReadRecording } from '../contract/audit-retention.types';

/** Change feed topic for a tenant's retention; the key is the tenant's id. */
export const AUDIT_RETENTION_TOPIC = 'audit_retention';

interface Row {
  readonly keep_days: number | null;
  readonly hold_reason: string | null;
  readonly reads: ReadRecording;
}

/** The events for a change: one event in the tenant's log, and one event that the retention of that log cannot drop. */
export interface RetentionEvents {
  readonly own: StagedEvent;
  readonly platform: StagedEvent & { readonly tenantId: null };
}

@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  async get(tenantId: string): Promise<AuditRetention> {
    const sql = 'SELECT keep_days, hold_reason, reads FROM audit.retention WHERE tenant_id = $1';
    const row = await this.database.tenant(tenantId).maybeOne<Row>(sql, [tenantId]);
    return retentionOf(row);
  }

  /**
   * Sets the retention of a tenant.
   * @param eventsOf creates the events for the change, for the tenant's log and for `system`.
   * @returns the new retention.
   */
  async put(
    tenantId: string,
    { keepDays, legalHold, reads }: AuditRetention,
    eventsOf: (before: AuditRetention, after: AuditRetention) => RetentionEvents,
  ): Promise<AuditRetention> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      // Locks the row, so that the previous value is the value that this write replaces.
      const row = await tx.maybeOne<Row>(
        `INSERT INTO audit.retention (tenant_id) VALUES ($1)
         ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = $1 RETURNING keep_days, hold_reason, reads`,
        [tenantId],
      );
      const before = retentionOf(row);
      const after = { keepDays, legalHold, reads: reads ?? before.reads };
      await tx.run(
        `UPDATE audit.retention SET keep_days = $2, hold_reason = $3, reads = $4, updated_at = now() WHERE tenant_id = $1`,
        [tenantId, keepDays, legalHold?.reason ?? null, after.reads],
      );
      const { own, platform } = eventsOf(before, after);
      await stageEvent(tx, own);
      await stagePlatformEvent(tx, platform);
      await publishChanges(tx, [{ topic: AUDIT_RETENTION_TOPIC, tenantId, key: tenantId, payload: {} }]);
      return after;
    });
  }

  /**
   * Drops expired records of any tenant.
   * @param leastDays the minimum retention of every log, regardless of its tenant's setting.
   * @returns the number of records that were dropped individually; `atMost` means that there are more to drop.
   */
  async dropExpired(atMost: number, leastDays: number): Promise<number> {
    const sql = 'SELECT audit.drop_expired($1, $2) AS dropped';
    const row = await this.database.platform().maybeOne<{ dropped: string }>(sql, [atMost, leastDays]);
    return Number(row?.dropped ?? 0);
  }
}

function retentionOf(row: Row | undefined): AuditRetention {
  const reason = row?.hold_reason ?? null;
  return {
    keepDays: row?.keep_days ?? null,
    legalHold: reason === null ? null : { reason },
    reads: row?.reads ?? 'each',
  };
}
