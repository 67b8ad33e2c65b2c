import { Injectable } from '@nestjs/common';
import type { Change } from '../../../kernel/changes/change';
import { retainedChanges } from '../../../kernel/changes/retained-changes';
import { Database } from '../../../kernel/database/database';
import { USER_DELETIONS_TOPIC } from '../../users/contract/users.topics';

/** A condition for queries whose second parameter is the user. */
const OF_USER = `(tier = 'user' AND owner = $2 OR tier = 'private' AND split_part(owner, '/', 2) = $2)`;

/** The files of one user: in the `user` tier, and in the `private` tier of each app. */
@Injectable()
export class UserFilesRepository {
  constructor(private readonly database: Database) {}

  /** Returns every deletion of a user that the change feed still retains. */
  deletedUsers(): AsyncIterable<Change> {
    return retainedChanges(this.database, USER_DELETIONS_TOPIC);
  }

  async count(tenantId: string, userId: string): Promise<number> {
    const row = await this.database.tenant(tenantId).maybeOne<{ files: number }>(
      `SELECT count(*)::int AS files FROM files.files
       WHERE tenant_id = $1 AND ${OF_USER} AND current_version IS NOT NULL`,
      [tenantId, userId],
    );
    return row?.files ?? 0;
  }

  /** Deletes all files of a user; the cleanup task drops their versions and frees their quota. */
  async retire(tenantId: string, userId: string): Promise<void> {
    await this.database.tenantTransaction(tenantId, async (tx) => {
      // Lock files in the same order as writers do.
      await tx.run(`SELECT id FROM files.files WHERE tenant_id = $1 AND ${OF_USER} ORDER BY id FOR UPDATE`, [
        tenantId,
        userId,
      ]);
      await tx.run(
        `UPDATE files.versions SET expires_at = now() WHERE tenant_id = $1 AND (expires_at IS NULL OR expires_at > now())
           AND file_id IN (SELECT id FROM files.files WHERE tenant_id = $1 AND ${OF_USER})`,
        [tenantId, userId],
      );
      await tx.run(`UPDATE files.files SET current_version = NULL WHERE tenant_id = $1 AND ${OF_USER}`, [
        tenantId,
        userId,
      ]);
    });
  }
}
