import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { Account } from '../contract/accounts.types';
import { ACCOUNT_COLUMNS, type AccountRow, toAccount } from './account.row';

@Injectable()
export class UserExportRepository {
  constructor(private readonly database: Database) {}

  /** Runs `work` in one transaction of the tenant. */
  inTransaction<T>(tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.tenantTransaction(tenantId, work);
  }

  /**
   * Returns the next users in the order of their ids, from a range of the primary key. @param after the last id; empty for the first page.
   */
  async after(tenantId: string, after: string, limit: number): Promise<readonly Account[]> {
    const sql = `SELECT ${ACCOUNT_COLUMNS} FROM users.users WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3`;
    const rows = await this.database.tenant(tenantId).rows<AccountRow>(sql, [tenantId, after, limit]);
    return rows.map(toAccount);
  }
}
