import { Injectable } from '@nestjs/common';
import { publishChanges } from '../../../kernel/changes/publish';
import { Database } from '../../../kernel/database/database';
import type { Tx } from '../../../kernel/database/sql';
import { toJsonb } from '../../../kernel/database/jsonb';
import { lockTenant } from '../../../kernel/database/locks';
import { type StagedEvent, stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import {
  planRateLimitRule,
  type PlanRateLimitRule,
  rateLimitRule,
  type RateLimitRule,
  RULE_LIMITS,
} from '../contract/rate-limit-rules.types';
import { RATE_LIMIT_RESETS_TOPIC, RATE_LIMIT_RULES_TOPIC } from '../contract/rate-limit.types';

interface Row {
  readonly name: string;
  readonly plan: string | null;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Checks a write against the current rule (`null` if there is none), within the write's transaction. Throws to reject the write. */
export type RuleCheck = (current: RateLimitRule | null) => void;

const COLUMNS = 'name, plan, definition, version, created_at, updated_at';
const OWN = 'tenant_id IS NOT DISTINCT FROM $1';

/** The rules of tenants, and of plans (with the tenant `null`). */
@Injectable()
export class RulesRepository {
  constructor(private readonly database: Database) {}

  /** Lists the rules of a tenant, sorted by name. */
  async list(tenantId: string, after: string, limit: number): Promise<RateLimitRule[]> {
    return (await this.rows(tenantId, after, limit)).map(toRule);
  }

  async find(tenantId: string, name: string): Promise<RateLimitRule | null> {
    const row = await this.transaction(tenantId, (tx) => findIn(tx, tenantId, name));
    return row && toRule(row);
  }

  /** Lists the rules of plans, sorted by name. */
  async listPlans(after: string, limit: number): Promise<PlanRateLimitRule[]> {
    return (await this.rows(null, after, limit)).map(toPlanRule);
  }

  async findPlan(name: string): Promise<PlanRateLimitRule | null> {
    const row = await this.transaction(null, (tx) => findIn(tx, null, name));
    return row && toPlanRule(row);
  }

  /**
   * Adds or replaces a rule and stages the event. Errors: `conflict` if the maximum number of rules is reached; any error that `check`
   * throws.
   */
  async put(
    tenantId: string | null,
    name: string,
    { plan, ...definition }: Readonly<Record<string, unknown>>,
    check: RuleCheck,
    event: StagedEvent,
  ): Promise<void> {
    await this.transaction(tenantId, async (tx) => {
      await lockTenant(tx, 'rate_limit.rules', tenantId);
      const current = await findIn(tx, tenantId, name);
      check(current && toRule(current));
      if (!current) await requireRoom(tx, tenantId);
      await tx.run(
        `INSERT INTO rate_limit.rules AS r (tenant_id, name, plan, definition) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, name) DO UPDATE
           SET plan = excluded.plan, definition = excluded.definition, version = r.version + 1, updated_at = now()`,
        [tenantId, name, plan ?? null, toJsonb(definition)],
      );
      await follow(tx, tenantId, name, event);
    });
  }

  /**
   * Deletes a rule.
   * @returns true if the rule existed.
   */
  async delete(tenantId: string | null, name: string, check: RuleCheck, event: StagedEvent): Promise<boolean> {
    return this.transaction(tenantId, async (tx) => {
      await lockTenant(tx, 'rate_limit.rules', tenantId);
      const current = await findIn(tx, tenantId, name);
      if (!current) return false;
      check(toRule(current));
      await tx.run(`DELETE FROM rate_limit.rules WHERE ${OWN} AND name = $2`, [tenantId, name]);
      await follow(tx, tenantId, name, event);
      return true;
    });
  }

  /** Stages the event of a reset. */
  async recordReset(tenantId: string, event: StagedEvent): Promise<void> {
    await this.database.tenantTransaction(tenantId, (tx) => stageEvent(tx, event));
  }

  /** Notifies every process that a key was reset. */
  async publishReset(tenantId: string, key: string): Promise<void> {
    const change = { topic: RATE_LIMIT_RESETS_TOPIC, tenantId, key, payload: {} };
    await this.database.tenantTransaction(tenantId, (tx) => publishChanges(tx, [change]));
  }

  private rows(tenantId: string | null, after: string, limit: number): Promise<Row[]> {
    const sql = `SELECT ${COLUMNS} FROM rate_limit.rules WHERE ${OWN} AND name > $2 ORDER BY name LIMIT $3`;
    return this.transaction(tenantId, (tx) => tx.rows<Row>(sql, [tenantId, after, limit]));
  }

  private transaction<T>(tenantId: string | null, work: (tx: Tx) => Promise<T>): Promise<T> {
    return tenantId === null
      ? this.database.platformTransaction(work)
      : this.database.tenantTransaction(tenantId, work);
  }
}

async function findIn(tx: Tx, tenantId: string | null, name: string): Promise<Row | null> {
  const sql = `SELECT ${COLUMNS} FROM rate_limit.rules WHERE ${OWN} AND name = $2`;
  return (await tx.maybeOne<Row>(sql, [tenantId, name])) ?? null;
}

async function requireRoom(tx: Tx, tenantId: string | null): Promise<void> {
  const sql = `SELECT count(*)::int AS rules FROM rate_limit.rules WHERE ${OWN}`;
  const row = await tx.maybeOne<{ rules: number }>(sql, [tenantId]);
  if ((row?.rules ?? 0) < RULE_LIMITS.maxRules) return;
  throw new AppError('conflict', `The maximum of ${RULE_LIMITS.maxRules} rules is reached. Delete one first.`);
}

async function follow(tx: Tx, tenantId: string | null, name: string, event: StagedEvent): Promise<void> {
  await publishChanges(tx, [{ topic: RATE_LIMIT_RULES_TOPIC, tenantId, key: name, payload: {} }]);
  await stageEvent(tx, event);
}

function toRule(row: Row): RateLimitRule {
  return rateLimitRule.parse({ ...row.definition, ...common(row) });
}

function toPlanRule(row: Row): PlanRateLimitRule {
  return planRateLimitRule.parse({ ...row.definition, ...common(row), plan: row.plan });
}

function common({ name, version, created_at, updated_at }: Row): object {
  return { name, version, createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
}
