import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import { isUniqueViolation } from '../../../kernel/database/database-errors';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { USERS_TOPIC } from '../contract/users.topics';
import { emailKey } from '../domain/email-key';

/** A confirmed change of address. */
export interface EmailChangeWrite {
  readonly tenantId: string;
  readonly userId: string;
  /** The key of the old address. */
  readonly from: string;
  readonly to: string;
  readonly now: Date;
}

/** Changes addresses of accounts. */
@Injectable()
export class EmailChangesRepository {
  constructor(private readonly database: Database) {}

  /** Returns whether a directory manages the user. */
  async isManaged(tenantId: string, userId: string): Promise<boolean> {
    const sql = 'SELECT FROM users.users WHERE tenant_id = $1 AND id = $2 AND user_name IS NOT NULL';
    return (await this.database.tenant(tenantId).count(sql, [tenantId, userId])) > 0;
  }

  /**
   * Changes the address, ends the links and codes that were sent to the old one, and records the event.
   * @returns false, without any change, if the user no longer has the old address, is not active, or another user has the new address.
   */
  async change({ tenantId, userId, from, to, now }: EmailChangeWrite, event: StagedEvent): Promise<boolean> {
    const write = this.database.tenantTransaction(tenantId, async (tx) => {
      const changed = await tx.count(
        `UPDATE users.users SET email = $4, email_key = $5, email_verified = true, version = version + 1,
           updated_at = $6, updated_by = $2
         WHERE tenant_id = $1 AND id = $2 AND email_key = $3 AND status = 'active' AND user_name IS NULL`,
        [tenantId, userId, from, to, emailKey(to), now],
      );
      if (changed === 0) return false;
      await tx.run('DELETE FROM users.password_links WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
      await tx.run('DELETE FROM users.sign_in_codes WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId]);
      await publishChanges(tx, [{ topic: USERS_TOPIC, tenantId, key: userId, payload: {} }]);
      await stageEvent(tx, event);
      return true;
    });
    return write.catch((error: unknown) => {
      if (isUniqueViolation(error)) return false;
      throw error;
    });
  }
}
