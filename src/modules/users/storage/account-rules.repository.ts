import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Sql, Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { type AccountRules, DEFAULT_ACCOUNT_RULES, type StoredAccountRules } from '../contract/account-rules.types';

const COLUMNS = `min_length AS "passwordMinLength", blocked_words AS "passwordBlockedWords",
  session_minutes AS "sessionMinutes", idle_minutes AS "idleMinutes", max_sessions AS "maxSessions", new_device_notices AS "newDeviceNotices", version`;

/** The rules to write. */
export interface AccountRulesWrite {
  readonly tenantId: string;
  readonly rules: AccountRules;
  readonly actorId: string;
  readonly now: Date;
}

/** The passwords and sessions that tenants allow. */
@Injectable()
export class AccountRulesRepository {
  constructor(private readonly database: Database) {}

  /** Returns the rules of a tenant; the default if it has set none. */
  find(tenantId: string): Promise<StoredAccountRules> {
    return this.findIn(this.database.tenant(tenantId), tenantId);
  }

  /** Returns the rules of a tenant within the caller's transaction. */
  async findIn(sql: Sql, tenantId: string): Promise<StoredAccountRules> {
    const row = await sql.maybeOne<StoredAccountRules>(
      `SELECT ${COLUMNS} FROM users.account_rules WHERE tenant_id = $1`,
      [tenantId],
    );
    return row ?? { ...DEFAULT_ACCOUNT_RULES, version: 0 };
  }

  /** Writes the rules. @returns `null` if they do not have one of the expected versions; rules that are not set have version 0. */
  async put(tx: Tx, write: AccountRulesWrite, expected: ExpectedVersions): Promise<StoredAccountRules | null> {
    const { tenantId, rules, actorId, now } = write;
    const { passwordMinLength, passwordBlockedWords, sessionMinutes, idleMinutes, maxSessions, newDeviceNotices } =
      rules;
    const row = await tx.maybeOne<StoredAccountRules>(
      `INSERT INTO users.account_rules AS r (tenant_id, min_length, blocked_words, session_minutes,
         idle_minutes, max_sessions, new_device_notices, updated_at, updated_by)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
       WHERE $10::int[] IS NULL OR 0 = ANY ($10) OR EXISTS (SELECT FROM users.account_rules WHERE tenant_id = $1)
       ON CONFLICT (tenant_id) DO UPDATE SET min_length = $2, blocked_words = $3, session_minutes = $4,
         idle_minutes = $5, max_sessions = $6, new_device_notices = $7, version = r.version + 1, updated_at = $8, updated_by = $9
         WHERE $10::int[] IS NULL OR r.version = ANY ($10)
       RETURNING ${COLUMNS}`,
      [
        ...[tenantId, passwordMinLength, [...passwordBlockedWords], sessionMinutes, idleMinutes, maxSessions],
        ...[newDeviceNotices, now, actorId, expected],
      ],
    );
    return row ?? null;
  }
}
