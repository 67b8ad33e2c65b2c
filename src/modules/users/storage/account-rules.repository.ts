import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import { type AccountRules, DEFAULT_ACCOUNT_RULES, type StoredAccountRules } from '../contract/account-rules.types';

const COLUMNS = `min_length AS "passwordMinLength", blocked_words AS "passwordBlockedWords",
  session_minutes AS "sessionMinutes", idle_minutes AS "idleMinutes", max_sessions AS "maxSessions",
  new_device_notices AS "newDeviceNotices", sign_up AS "signUp", sign_up_domains AS "signUpDomains",
  sign_up_role AS "signUpRole", terms_url AS "termsUrl", email_codes AS "emailCodes", stay_days AS "stayDays",
  self_deletion AS "selfDeletion", version`;

/** The rules to write. */
export interface AccountRulesWrite {
  readonly tenantId: string;
  readonly rules: AccountRules;
  readonly actorId: string;
  readonly now: Date;
}

/** The rules of tenants for their users' passwords, sessions and sign-ups. */
@Injectable()
export class AccountRulesRepository {
  constructor(private readonly database: Database) {}

  /** Returns the rules of a tenant; the default if it has set none. */
  async find(tenantId: string): Promise<StoredAccountRules> {
    const row = await this.database
      .tenant(tenantId)
      .maybeOne<StoredAccountRules>(`SELECT ${COLUMNS} FROM users.account_rules WHERE tenant_id = $1`, [tenantId]);
    return row ?? { ...DEFAULT_ACCOUNT_RULES, version: 0 };
  }

  /** Writes the rules. @returns `null` if they do not have one of the expected versions; rules that are not set have version 0. */
  async put(tx: Tx, write: AccountRulesWrite, expected: ExpectedVersions): Promise<StoredAccountRules | null> {
    const { tenantId, rules, actorId, now } = write;
    const row = await tx.maybeOne<StoredAccountRules>(
      `INSERT INTO users.account_rules AS r (tenant_id, updated_at, updated_by, min_length, blocked_words, session_minutes,
         idle_minutes, max_sessions, new_device_notices, sign_up, sign_up_domains, sign_up_role, terms_url, email_codes, stay_days,
         self_deletion)
       SELECT $1, $2, $3, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
       WHERE $4::int[] IS NULL OR 0 = ANY ($4) OR EXISTS (SELECT FROM users.account_rules WHERE tenant_id = $1)
       ON CONFLICT (tenant_id) DO UPDATE SET version = r.version + 1, updated_at = $2, updated_by = $3, min_length = $5,
         blocked_words = $6, session_minutes = $7, idle_minutes = $8, max_sessions = $9, new_device_notices = $10,
         sign_up = $11, sign_up_domains = $12, sign_up_role = $13, terms_url = $14, email_codes = $15, stay_days = $16, self_deletion = $17
         WHERE $4::int[] IS NULL OR r.version = ANY ($4)
       RETURNING ${COLUMNS}`,
      [
        ...[tenantId, now, actorId, expected],
        ...[rules.passwordMinLength, [...rules.passwordBlockedWords], rules.sessionMinutes, rules.idleMinutes],
        ...[rules.maxSessions, rules.newDeviceNotices, rules.signUp, [...rules.signUpDomains], rules.signUpRole],
        ...[rules.termsUrl, rules.emailCodes, rules.stayDays, rules.selfDeletion],
      ],
    );
    return row ?? null;
  }
}
