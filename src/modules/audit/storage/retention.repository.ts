import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { stageEvent, type StagedEvent } from '../../../kernel/database/staged-event';
import type { AuditRetention } from '../contract/audit-retention.types';

@Injectable()
export class RetentionRepository {
  constructor(private readonly database: Database) {}

  async get(tenantId: string): Promise<AuditRetention> {
    const [row] = await this.database.tenantQuery<{ keep_days: number | null; hold_reason: string | null }>(
      tenantId,
      'SELECT keep_days, hold_reason FROM audit.retention WHERE tenant_id = $1',
      [tenantId],
    );
    const reason = row?.hold_reason ?? null;
    return { keepDays: row?.keep_days ?? null, legalHold: reason === null ? null : { reason } };
  }

  async put(tenantId: string, { keepDays, legalHold }: AuditRetention, event: StagedEvent): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      await tx.query(
        `INSERT INTO audit.retention (tenant_id, keep_days, hold_reason) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET keep_days = $2, hold_reason = $3, updated_at = now()`,
        [tenantId, keepDays, legalHold?.reason ?? null],
      );
      await stageEvent(tx, event);
    });
  }

  /** Drops what may go, of any tenant. @returns how many records went one by one: as many as `atMost` means that there are more. */
  async dropExpired(atMost: number): Promise<number> {
    const [row] = await this.database.query<{ dropped: string }>('SELECT audit.drop_expired($1) AS dropped', [atMost]);
    return Number(row?.dropped ?? 0);
  }
}
