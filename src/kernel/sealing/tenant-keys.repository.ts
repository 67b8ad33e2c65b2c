import { Injectable } from '@nestjs/common';
import { publishChanges } from '../changes/publish';
import { Database } from '../database/database';
import { lockTenant } from '../database/locks';
import type { Tx } from '../database/sql';

/** Topic of new data keys; the key of a change is the tenant's id. */
export const TENANT_KEYS_TOPIC = 'sealing.tenant_keys';

/** A data key at rest. */
export interface WrappedKey {
  readonly tenantId: string;
  readonly id: string;
  readonly wrapped: Buffer;
}

const MAX_KEYS = 1_000;

@Injectable()
export class TenantKeysRepository {
  constructor(private readonly database: Database) {}

  async current(tenantId: string): Promise<WrappedKey | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ id: string; wrapped: Buffer }>(
        'SELECT id, wrapped FROM sealing.tenant_keys WHERE tenant_id = $1 AND is_current',
        [tenantId],
      );
    return row ? { tenantId, ...row } : null;
  }

  async find(tenantId: string, id: string): Promise<WrappedKey | null> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<{ wrapped: Buffer }>('SELECT wrapped FROM sealing.tenant_keys WHERE tenant_id = $1 AND id = $2', [
        tenantId,
        id,
      ]);
    return row ? { tenantId, id, wrapped: row.wrapped } : null;
  }

  /** Stores a tenant's first key, unless another process was faster. @returns the current key. */
  async insertFirst({ tenantId, id, wrapped }: WrappedKey): Promise<WrappedKey> {
    await this.database.tenant(tenantId).run(
      `INSERT INTO sealing.tenant_keys (tenant_id, id, wrapped, is_current) VALUES ($1, $2, $3, true)
       ON CONFLICT DO NOTHING`,
      [tenantId, id, wrapped],
    );
    const current = await this.current(tenantId);
    if (!current) throw new Error('A stored tenant key is missing.');
    return current;
  }

  /**
   * Makes a key the tenant's current key and notifies every process.
   * @returns false if the tenant already has {@link MAX_KEYS} keys.
   */
  async replace(tx: Tx, { tenantId, id, wrapped }: WrappedKey): Promise<boolean> {
    // Serializes concurrent rotations, so that at most one key is current.
    await lockTenant(tx, 'sealing.tenant_keys', tenantId);
    const row = await tx.maybeOne<{ keys: number }>(
      'SELECT count(*)::int AS keys FROM sealing.tenant_keys WHERE tenant_id = $1',
      [tenantId],
    );
    if ((row?.keys ?? 0) >= MAX_KEYS) return false;
    await tx.run('UPDATE sealing.tenant_keys SET is_current = false WHERE tenant_id = $1 AND is_current', [tenantId]);
    await this.insertCurrent(tx, { tenantId, id, wrapped });
    await publishChanges(tx, [{ topic: TENANT_KEYS_TOPIC, tenantId, key: tenantId, payload: { id } }]);
    return true;
  }

  /** Returns the number of wrapped keys of all tenants, and how many of them do not begin with `mark`. */
  async progress(mark: Buffer): Promise<{ readonly total: number; readonly remaining: number }> {
    const row = await this.database
      .platform()
      .maybeOne<{ total: string; remaining: string }>('SELECT total, remaining FROM sealing.rewrap_progress($1)', [
        mark,
      ]);
    return { total: Number(row?.total ?? 0), remaining: Number(row?.remaining ?? 0) };
  }

  /** Returns up to `limit` keys of any tenant that do not begin with `mark`. */
  async toRewrap(mark: Buffer, limit: number): Promise<readonly WrappedKey[]> {
    const rows = await this.database
      .platform()
      .rows<{ tenant_id: string; id: string; wrapped: Buffer }>(
        'SELECT tenant_id, id, wrapped FROM sealing.keys_to_rewrap($1, $2)',
        [mark, limit],
      );
    return rows.map(({ tenant_id: tenantId, id, wrapped }) => ({ tenantId, id, wrapped }));
  }

  /** Replaces the wrapping of a key, unless another process has done so. */
  async rewrap({ tenantId, id, wrapped }: WrappedKey, rewrapped: Buffer): Promise<void> {
    await this.database
      .tenant(tenantId)
      .run('UPDATE sealing.tenant_keys SET wrapped = $4 WHERE tenant_id = $1 AND id = $2 AND wrapped = $3', [
        tenantId,
        id,
        wrapped,
        rewrapped,
      ]);
  }

  private async insertCurrent(tx: Tx, { tenantId, id, wrapped }: WrappedKey): Promise<void> {
    await tx.run('INSERT INTO sealing.tenant_keys (tenant_id, id, wrapped, is_current) VALUES ($1, $2, $3, true)', [
      tenantId,
      id,
      wrapped,
    ]);
  }
}
