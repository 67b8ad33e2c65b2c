import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import type { Tx } from '../../../kernel/database/sql';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { type ClaimRule, newTokenClaims, TOKEN_CLAIMS_TOPIC } from '../contract/token-claims.types';

/** The `app_id` of the rules of the tenant itself. No app has this id. */
const OF_TENANT = '';

/** A stored set of rules. */
export interface StoredRules {
  /** `null` for the rules of the tenant itself. */
  readonly appId: string | null;
  readonly version: number;
  readonly rules: readonly ClaimRule[];
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** The stored switch of a tenant's token policy. */
export interface StoredSwitch {
  readonly enabled: boolean;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

interface RulesRow {
  readonly app_id: string;
  readonly version: number;
  readonly rules: unknown;
  readonly updated_at: Date;
  readonly updated_by: string;
}

interface SwitchRow {
  readonly enabled: boolean;
  readonly updated_at: Date;
  readonly updated_by: string;
}

const RULES = 'app_id, version, rules, updated_at, updated_by';
const SWITCH = 'enabled, updated_at, updated_by';

@Injectable()
export class TokenClaimsRepository {
  constructor(private readonly database: Database) {}

  /** Returns all sets of rules of a tenant, which {@link CLAIM_LIMITS} limits. */
  async all(tenantId: string): Promise<readonly StoredRules[]> {
    const sql = `SELECT ${RULES} FROM oauth.claim_rules WHERE tenant_id = $1 ORDER BY app_id`;
    return (await this.database.tenant(tenantId).rows<RulesRow>(sql, [tenantId])).map(toRules);
  }

  /** Returns the rules of a tenant (`null`) or an app; `null` before the first change. */
  async find(tenantId: string, appId: string | null): Promise<StoredRules | null> {
    return findIn(this.database.tenant(tenantId), tenantId, appId);
  }

  /** Runs `work` with the tenant's rules locked, so that concurrent changes run one after the other. */
  locked<T>(
    tenantId: string,
    appId: string | null,
    work: (tx: Tx, before: StoredRules | null) => Promise<T>,
  ): Promise<T> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      // The row itself cannot be locked, because it may not exist yet.
      await lockTenant(tx, 'oauth.claim_rules', tenantId);
      return work(tx, await findIn(tx, tenantId, appId));
    });
  }

  /** Returns the number of apps that have rules. */
  async countApps(tx: Tx, tenantId: string): Promise<number> {
    const sql = 'SELECT count(*)::int AS count FROM oauth.claim_rules WHERE tenant_id = $1 AND app_id <> $2';
    return (await tx.one<{ count: number }>(sql, [tenantId, OF_TENANT])).count;
  }

  /** Stores rules with their event, and notifies every process. */
  async store(
    tx: Tx,
    tenantId: string,
    { appId, version, rules, updatedBy }: Omit<StoredRules, 'updatedAt'>,
    event: StagedEvent,
  ): Promise<StoredRules> {
    const row = await tx.one<RulesRow>(
      `INSERT INTO oauth.claim_rules (tenant_id, app_id, version, rules, updated_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (tenant_id, app_id) DO UPDATE SET version = excluded.version, rules = excluded.rules,
         updated_by = excluded.updated_by, updated_at = now()
       RETURNING ${RULES}`,
      [tenantId, appId ?? OF_TENANT, version, toJsonb(rules), updatedBy],
    );
    await publish(tx, tenantId, event);
    return toRules(row);
  }

  /** Returns the switch of the token policy; `null` if the operator never used it. */
  async findSwitch(tenantId: string): Promise<StoredSwitch | null> {
    const sql = `SELECT ${SWITCH} FROM oauth.token_policies WHERE tenant_id = $1`;
    const row = await this.database.tenant(tenantId).maybeOne<SwitchRow>(sql, [tenantId]);
    return row === undefined ? null : toSwitch(row);
  }

  /** Turns the token policy on or off, with its event, and notifies every process. */
  storeSwitch(tenantId: string, enabled: boolean, updatedBy: string, event: StagedEvent): Promise<StoredSwitch> {
    return this.database.tenantTransaction(tenantId, async (tx) => {
      const row = await tx.one<SwitchRow>(
        `INSERT INTO oauth.token_policies (tenant_id, enabled, updated_by) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id) DO UPDATE SET enabled = excluded.enabled, updated_by = excluded.updated_by,
           updated_at = now()
         RETURNING ${SWITCH}`,
        [tenantId, enabled, updatedBy],
      );
      await publish(tx, tenantId, event);
      return toSwitch(row);
    });
  }
}

async function findIn(sql: Pick<Tx, 'maybeOne'>, tenantId: string, appId: string | null): Promise<StoredRules | null> {
  const text = `SELECT ${RULES} FROM oauth.claim_rules WHERE tenant_id = $1 AND app_id = $2`;
  const row = await sql.maybeOne<RulesRow>(text, [tenantId, appId ?? OF_TENANT]);
  return row === undefined ? null : toRules(row);
}

async function publish(tx: Tx, tenantId: string, event: StagedEvent): Promise<void> {
  await stageEvent(tx, event);
  await publishChanges(tx, [{ topic: TOKEN_CLAIMS_TOPIC, tenantId, key: tenantId, payload: {} }]);
}

function toRules({ app_id, version, rules, updated_at, updated_by }: RulesRow): StoredRules {
  return {
    appId: app_id === OF_TENANT ? null : app_id,
    version,
    rules: newTokenClaims.parse({ rules }).rules,
    updatedAt: updated_at,
    updatedBy: updated_by,
  };
}

function toSwitch({ enabled, updated_at, updated_by }: SwitchRow): StoredSwitch {
  return { enabled, updatedAt: updated_at, updatedBy: updated_by };
}
