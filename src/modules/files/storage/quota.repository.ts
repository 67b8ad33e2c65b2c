import { Injectable } from '@nestjs/common';
import type { Tx } from '../../../kernel/database/sql';

/** The storage limits of a tenant. */
export interface Quota {
  readonly bytes: number;
  /** Maximum number of concurrent uploads. */
  readonly uploads: number;
}

/** The storage in use by a tenant. */
export interface Usage {
  readonly usedBytes: number;
  readonly reservedBytes: number;
  readonly uploads: number;
}

interface Row {
  readonly used_bytes: string;
  readonly reserved_bytes: string;
  readonly uploads: number;
}

/** The change that a write makes to the counts; negative numbers reduce them. */
interface Settlement {
  readonly used?: number;
  readonly reserved?: number;
  readonly uploads?: number;
}

/**
 * The counts of a tenant, in one row that writers lock. A transaction that would exceed the limit waits, and then sees that the quota is
 * full.
 */
@Injectable()
export class QuotaRepository {
  /**
   * Reserves both the bytes and an upload slot, or neither of them.
   * @returns the tenant's usage if the quota is exceeded, `null` otherwise.
   */
  async reserve(tx: Tx, tenantId: string, bytes: number, uploads: 0 | 1, quota: Quota): Promise<Usage | null> {
    await tx.run(`INSERT INTO files.usage (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING`, [tenantId]);
    const count = await tx.count(
      `UPDATE files.usage SET reserved_bytes = reserved_bytes + $2, uploads = uploads + $3
       WHERE tenant_id = $1 AND ($2 = 0 OR used_bytes + reserved_bytes + $2 <= $4) AND uploads + $3 <= $5`,
      [tenantId, bytes, uploads, quota.bytes, quota.uploads],
    );
    return count === 1 ? null : this.usage(tx, tenantId);
  }

  /**
   * Counts bytes as used without a prior reservation.
   * @returns the same as {@link reserve}.
   */
  async take(tx: Tx, tenantId: string, bytes: number, quota: Quota): Promise<Usage | null> {
    const full = await this.reserve(tx, tenantId, bytes, 0, quota);
    if (full === null) await this.settle(tx, tenantId, { used: bytes, reserved: -bytes });
    return full;
  }

  async settle(tx: Tx, tenantId: string, { used = 0, reserved = 0, uploads = 0 }: Settlement): Promise<void> {
    await tx.run(
      `UPDATE files.usage SET used_bytes = used_bytes + $2, reserved_bytes = reserved_bytes + $3, uploads = uploads + $4
       WHERE tenant_id = $1`,
      [tenantId, used, reserved, uploads],
    );
  }

  private async usage(tx: Tx, tenantId: string): Promise<Usage> {
    const row = await tx.maybeOne<Row>(
      `SELECT used_bytes, reserved_bytes, uploads FROM files.usage WHERE tenant_id = $1`,
      [tenantId],
    );
    return {
      usedBytes: Number(row?.used_bytes ?? 0),
      reservedBytes: Number(row?.reserved_bytes ?? 0),
      uploads: row?.uploads ?? 0,
    };
  }
}
