import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { retainedChanges } from '../../../kernel/changes/retained-changes';
import { Database } from '../../../kernel/database/database';
import { lockTenant } from '../../../kernel/database/locks';
import type { Sql, Tx } from '../../../kernel/database/sql';
import { USER_DELETIONS_TOPIC } from '../../users/contract/users.topics';
import type { Factor, FactorKind, UserFactors } from '../contract/factors.types';
import { FACTOR_COLUMNS, type FactorRow, toFactor } from './factor.row';

/** The factors of users, whatever their kind, and their recovery codes. */
@Injectable()
export class FactorsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Runs `work` in one transaction of the tenant, in which nobody else changes the factors of the user. Of two enrollments or removals at
   * the same time, the second sees the result of the first.
   */
  changing<T>(tenantId: string, userId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      await this.lock(tx, tenantId, userId);
      return work(tx);
    });
  }

  /** Keeps others from changing the factors of a user until the transaction ends. */
  async lock(tx: Tx, tenantId: string, userId: string): Promise<void> {
    await lockTenant(tx, 'factors.factors', `${tenantId}/${userId}`);
  }

  list(tenantId: string, userId: string): Promise<UserFactors> {
    return this.listIn(this.database.tenant(tenantId), tenantId, userId);
  }

  /** Returns the factors within the caller's transaction. */
  async listIn(sql: Sql, tenantId: string, userId: string): Promise<UserFactors> {
    const rows = await sql.rows<FactorRow & { recovery_codes: number }>(
      `SELECT ${FACTOR_COLUMNS}, (SELECT count(*)::int FROM factors.recovery_codes WHERE tenant_id = $1 AND user_id = $2)
         AS recovery_codes
       FROM factors.factors WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id`,
      [tenantId, userId],
    );
    return { factors: rows.map(toFactor), recoveryCodes: rows[0]?.recovery_codes ?? 0 };
  }

  /** Renames a factor of this user. @returns `null` if there is none with this id. */
  async rename(tx: Tx, tenantId: string, userId: string, id: string, name: string): Promise<Factor | null> {
    const row = await tx.maybeOne<FactorRow>(
      `UPDATE factors.factors SET name = $4 WHERE tenant_id = $1 AND user_id = $2 AND id = $3 RETURNING ${FACTOR_COLUMNS}`,
      [tenantId, userId, id, name],
    );
    return row === undefined ? null : toFactor(row);
  }

  async remove(tx: Tx, tenantId: string, userId: string, id: string): Promise<void> {
    await tx.run('DELETE FROM factors.factors WHERE tenant_id = $1 AND user_id = $2 AND id = $3', [
      tenantId,
      userId,
      id,
    ]);
  }

  /** Removes everything of a user. @returns the kinds of the removed factors. */
  async removeAll(tx: Tx, tenantId: string, userId: string): Promise<readonly FactorKind[]> {
    const rows = await tx.rows<{ kind: FactorKind }>(
      `WITH removed AS (DELETE FROM factors.factors WHERE tenant_id = $1 AND user_id = $2 RETURNING kind, created_at)
       SELECT kind FROM removed ORDER BY created_at`,
      [tenantId, userId],
    );
    await tx.run('DELETE FROM factors.recovery_codes WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
    return rows.map(({ kind }) => kind);
  }

  /** Returns the deletions of users that the change log still has. */
  deletedUsers(): AsyncIterable<Change> {
    return retainedChanges(this.database, USER_DELETIONS_TOPIC);
  }

  /** Removes everything of a deleted user, including the handle on their devices. */
  async removeUser(tenantId: string, userId: string): Promise<void> {
    await this.changing(tenantId, userId, async (tx) => {
      await this.removeAll(tx, tenantId, userId);
      await tx.run('DELETE FROM factors.user_handles WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
    });
  }

  /** Replaces all recovery codes of a user. */
  async replaceRecoveryCodes(
    tx: Tx,
    tenantId: string,
    userId: string,
    hashes: readonly Buffer[],
    now: Date,
  ): Promise<void> {
    await tx.run('DELETE FROM factors.recovery_codes WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
    if (hashes.length === 0) return;
    await tx.run(
      `INSERT INTO factors.recovery_codes (tenant_id, user_id, code_hash, created_at)
       SELECT $1, $2, unnest($3::bytea[]), $4`,
      [tenantId, userId, hashes, now],
    );
  }

  /** Uses up a recovery code. @returns false if the user has no such code: of many concurrent calls, one returns true. */
  async useRecoveryCode(tx: Tx, tenantId: string, userId: string, hash: Buffer): Promise<boolean> {
    const used = await tx.count(
      'DELETE FROM factors.recovery_codes WHERE tenant_id = $1 AND user_id = $2 AND code_hash = $3',
      [tenantId, userId, hash],
    );
    return used === 1;
  }
}
