import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { stageEvent, type StagedEvent, stagePlatformEvent } from '../../../kernel/database/staged-event';
import type { AuditRetention } from '../contract/audit-retention.types';

interface Row {
  readonly keep_days: number | null;
  readonly hold_reason: string | null;
}

/** The records of a change: one in the log that it is about, and one where that log's retention does not reach. */
export interface RetentionEvents {
  readonly own: StagedEvent;
  readonly platform: StagedEvent & { readonly tenantId: null };
}

@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  async get(tenantId: string): Promise<AuditRetention> {
    const sql = 'SELECT keep_days, hold_reason FROM audit.retention WHERE tenant_id = $1';
    const [row] = await this.database.tenantQuery<Row>(tenantId, sql, [tenantId]);
    return retentionOf(row);
  }

  /** @param eventsOf what is recorded of it, in the tenant's log and in `system`, by what was said before. */
  async put(
    tenantId: string,
    { keepDays, legalHold }: AuditRetention,
    eventsOf: (before: AuditRetention) => RetentionEvents,
  ): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      // Locks the row, so that what was before is what this replaces.
      const [row]: Row[] = await tx.query(
        `INSERT INTO audit.retention (tenant_id) VALUES ($1)
         ON CONFLICT (tenant_id) DO UPDATE SET tenant_id = $1 RETURNING keep_days, hold_reason`,
        [tenantId],
      );
      await tx.query(
        'UPDATE audit.retention SET keep_days = $2, hold_reason = $3, updated_at = now() WHERE tenant_id = $1',
        [tenantId, keepDays, legalHold?.reason ?? null],
      );
      const { own, platform } = eventsOf(retentionOf(row));
      await stageEvent(tx, own);
      await stagePlatformEvent(tx, platform);
    });
  }

  /**
   * Drops what may go, of any tenant.
   * @param leastDays that every log is kept, whatever its tenant says.
   * @returns how many records went one by one: as many as `atMost` means that there are more.
   */
  async dropExpired(atMost: number, leastDays: number): Promise<number> {
    const sql = 'SELECT audit.drop_expired($1, $2) AS dropped';
    const [row] = await this.database.query<{ dropped: string }>(sql, [atMost, leastDays]);
    return Number(row?.dropped ?? 0);
  }
}

function retentionOf(row: Row | undefined): AuditRetention {
  const reason = row?.hold_reason ?? null;
  return { keepDays: row?.keep_days ?? null, legalHold: reason === null ? null : { reason } };
}
