import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import type { Sql, Tx } from '../../../kernel/database/sql';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { SignInRule, StoredSignInRule } from '../contract/sign-in-rules.types';

interface RuleRow {
  readonly app_id: string;
  readonly second_factor: SignInRule['secondFactor'];
  readonly required_roles: SignInRule['requiredRoles'];
  readonly passkeys: boolean;
  readonly version: number;
}

const COLUMNS = 'app_id, second_factor, required_roles, passkeys, version';

/** The rules of a sign-in to an app; `null` for a rule that is not set. */
export interface StoredRules {
  readonly tenant: StoredSignInRule | null;
  readonly app: StoredSignInRule | null;
}

/** The rule to write. `appId` is empty for the rule of the tenant. */
export interface RuleWrite {
  readonly tenantId: string;
  readonly appId: string;
  readonly rule: SignInRule;
  readonly actorId: string;
  readonly now: Date;
}

/** How the users of tenants and apps sign in. */
@Injectable()
export class SignInRulesRepository {
  constructor(private readonly database: Database) {}

  find(tenantId: string, appId: string | null): Promise<StoredRules> {
    return this.findIn(this.database.tenant(tenantId), tenantId, appId);
  }

  /** Returns the rules of the tenant and of an app within the caller's transaction. */
  async findIn(sql: Sql, tenantId: string, appId: string | null): Promise<StoredRules> {
    const rows = await sql.rows<RuleRow>(
      `SELECT ${COLUMNS} FROM factors.sign_in_rules WHERE tenant_id = $1 AND app_id = ANY ($2)`,
      [tenantId, appId === null ? [''] : ['', appId]],
    );
    const of = (id: string): StoredSignInRule | null => {
      const row = rows.find((one) => one.app_id === id);
      return row === undefined ? null : toRule(row);
    };
    return { tenant: of(''), app: appId === null ? null : of(appId) };
  }

  /** Writes a rule. @returns `null` if it does not have one of the expected versions; a rule that is not set has version 0. */
  async put(tx: Tx, write: RuleWrite, expected: ExpectedVersions): Promise<StoredSignInRule | null> {
    const { tenantId, appId, rule, actorId, now } = write;
    const { secondFactor, requiredRoles, passkeys } = rule;
    const row = await tx.maybeOne<RuleRow>(
      `INSERT INTO factors.sign_in_rules AS r
         (tenant_id, app_id, second_factor, required_roles, passkeys, updated_at, updated_by)
       SELECT $1, $2, $3, $4, $5, $6, $7
       WHERE $8::int[] IS NULL OR 0 = ANY ($8)
         OR EXISTS (SELECT FROM factors.sign_in_rules WHERE tenant_id = $1 AND app_id = $2)
       ON CONFLICT (tenant_id, app_id) DO UPDATE SET second_factor = $3, required_roles = $4, passkeys = $5,
         version = r.version + 1, updated_at = $6, updated_by = $7
         WHERE $8::int[] IS NULL OR r.version = ANY ($8)
       RETURNING ${COLUMNS}`,
      [tenantId, appId, secondFactor, [...requiredRoles], passkeys, now, actorId, expected],
    );
    return row === undefined ? null : toRule(row);
  }

  /** Removes the rule of an app. @returns whether it had one. */
  async remove(tx: Tx, tenantId: string, appId: string): Promise<boolean> {
    const removed = await tx.count('DELETE FROM factors.sign_in_rules WHERE tenant_id = $1 AND app_id = $2', [
      tenantId,
      appId,
    ]);
    return removed === 1;
  }
}

function toRule(row: RuleRow): StoredSignInRule {
  return {
    secondFactor: row.second_factor,
    requiredRoles: row.required_roles,
    passkeys: row.passkeys,
    version: row.version,
  };
}
