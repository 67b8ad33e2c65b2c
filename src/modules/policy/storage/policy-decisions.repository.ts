import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database';
import { toJsonb } from '../../../kernel/database/jsonb';
import type { LoggedDecision } from '../contract/policy-bundles.types';

/** The number of decisions that are kept per tenant. */
const KEPT = 10_000;
const KEPT_MS = 7 * 24 * 3_600_000;

type DecisionRow = Omit<LoggedDecision, 'ts'> & { readonly ts: Date };

/** The decision log, which the sidecars write in batches and the control plane reads. Ids sort by time. */
@Injectable()
export class PolicyDecisionsRepository {
  constructor(private readonly database: Database) {}

  /** Adds a tenant's decisions in one statement. Existing decisions (from a batch that was sent again) do not change. */
  async insert(tenantId: string, decisions: readonly LoggedDecision[]): Promise<void> {
    await this.database.tenant(tenantId).run(
      `INSERT INTO policy.decisions (tenant_id, id, ts, rule, allowed, code, version, duration_micros, input, masked,
         caller, request_id)
       SELECT $1, d.id, d.ts, d.rule, d.allowed, d.code, d.version, d."durationMicros", nullif(d.input, 'null'::jsonb),
         d.masked, d.caller, d."requestId"
       FROM jsonb_to_recordset($2::jsonb) AS d(id text, ts timestamptz, rule text, allowed boolean, code text,
         version int, "durationMicros" int, input jsonb, masked boolean, caller text, "requestId" text)
       ON CONFLICT DO NOTHING`,
      [tenantId, toJsonb(decisions)],
    );
  }

  /** Deletes decisions older than 7 days, and all but the newest 10,000. */
  async trim(tenantId: string, nowMs: number): Promise<void> {
    await this.database.tenant(tenantId).run(
      `DELETE FROM policy.decisions WHERE tenant_id = $1 AND (ts < $2 OR id <= (
         SELECT id FROM policy.decisions WHERE tenant_id = $1 ORDER BY id DESC OFFSET $3 LIMIT 1))`,
      [tenantId, new Date(nowMs - KEPT_MS), KEPT],
    );
  }

  /** Returns the decisions before the decision with the id `before` (`null` for all), newest first. */
  async page(tenantId: string, before: string | null, limit: number): Promise<LoggedDecision[]> {
    const rows = await this.database.tenant(tenantId).rows<DecisionRow>(
      `SELECT id, ts, rule, allowed, code, version, duration_micros AS "durationMicros", input, masked, caller,
         request_id AS "requestId"
       FROM policy.decisions WHERE tenant_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [tenantId, before, limit],
    );
    return rows.map((row) => ({ ...row, ts: row.ts.toISOString() }));
  }
}
