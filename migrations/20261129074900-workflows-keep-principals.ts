import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeps with each trigger, and with each firing of it, the authority that its runs have, and why a trigger was paused by the
 * platform. A paused trigger is not armed, so the version before leaves it alone too. Rows from before have no principal:
 * theirs is derived from `submitted_by` when they fire.
 */
export class WorkflowsKeepPrincipals1795938540000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE workflows.triggers
        ADD COLUMN principal jsonb,
        -- NULL unless the platform paused it: the authority that its runs have has ended.
        ADD COLUMN pause_reason text,
        -- Somebody who was asked to take it over, and has not yet.
        ADD COLUMN pending_owner jsonb,
        ADD COLUMN authority_checked_at timestamptz;
      ALTER TABLE workflows.firings ADD COLUMN principal jsonb;

      CREATE OR REPLACE FUNCTION workflows.take_in(expected text, reached text, events jsonb) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      DECLARE
        made bigint;
      BEGIN
        PERFORM FROM workflows.intake WHERE place IS NOT DISTINCT FROM expected FOR UPDATE;
        IF NOT FOUND THEN
          RETURN NULL;
        END IF;
        INSERT INTO workflows.firings (tenant_id, workflow_id, key, version, submitted_by, principal, place, due_at)
        SELECT t.tenant_id, t.workflow_id, e.id, w.version, t.submitted_by, t.principal, e.place, clock_timestamp()
        FROM jsonb_to_recordset(events) AS e ("tenantId" text, xid text, id text, type text, place text)
        JOIN workflows.triggers AS t ON t.tenant_id = e."tenantId" AND t.type = 'event' AND t.is_armed
          AND e.xid::xid8 > t.from_xid AND events.is_wanted(e.type, ARRAY[t.event])
        JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id AND w.deleted_at IS NULL
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS made = ROW_COUNT;
        UPDATE workflows.intake SET place = reached;
        RETURN made;
      END $$;

      DROP FUNCTION workflows.claim_firings(int, int);
      -- Takes firings that are due, of all tenants by turns, for a while that is longer after each attempt. Firings that
      -- another process takes now are skipped, and so are tenants that are held back.
      CREATE FUNCTION workflows.claim_firings(at_most int, per_tenant int)
        RETURNS TABLE (tenant_id text, workflow_id text, key text, version int, submitted_by jsonb, principal jsonb,
          fired_at timestamptz, place text)
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        WITH RECURSIVE tenant (id) AS (
          SELECT min(f.tenant_id) FROM workflows.firings AS f WHERE f.due_at IS NOT NULL
          UNION ALL
          SELECT (SELECT min(f.tenant_id) FROM workflows.firings AS f WHERE f.due_at IS NOT NULL AND f.tenant_id > tenant.id)
          FROM tenant WHERE tenant.id IS NOT NULL
        ), chosen AS MATERIALIZED (
          SELECT due.* FROM (
            SELECT tenant.id FROM tenant WHERE tenant.id IS NOT NULL AND NOT tenants.is_held_back(tenant.id) ORDER BY random()
          ) AS t CROSS JOIN LATERAL (
            SELECT f.tenant_id, f.workflow_id, f.key FROM workflows.firings AS f
            WHERE f.tenant_id = t.id AND f.due_at <= clock_timestamp()
            ORDER BY f.due_at LIMIT per_tenant FOR UPDATE SKIP LOCKED
          ) AS due LIMIT at_most
        )
        UPDATE workflows.firings AS f SET attempts = f.attempts + 1,
          due_at = clock_timestamp() + make_interval(secs => least(30 * 2.0 ^ least(f.attempts, 10), 3600))
        FROM chosen WHERE f.tenant_id = chosen.tenant_id AND f.workflow_id = chosen.workflow_id AND f.key = chosen.key
        RETURNING f.tenant_id, f.workflow_id, f.key, f.version, f.submitted_by, f.principal, f.at, f.place
      $$;

      -- Takes triggers whose authority was not asked about for so long.
      CREATE FUNCTION workflows.claim_standing_triggers(waiting_seconds int, at_most int)
        RETURNS TABLE (tenant_id text, workflow_id text, submitted_by jsonb, principal jsonb, armed_at timestamptz)
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        UPDATE workflows.triggers AS t SET authority_checked_at = clock_timestamp() WHERE t.ctid = ANY (ARRAY(
          SELECT o.ctid FROM workflows.triggers AS o WHERE o.is_armed
            AND coalesce(o.authority_checked_at, o.from_at) < clock_timestamp() - make_interval(secs => waiting_seconds)
          LIMIT at_most FOR UPDATE SKIP LOCKED))
        RETURNING t.tenant_id, t.workflow_id, t.submitted_by, t.principal, t.from_at
      $$;

      REVOKE ALL ON FUNCTION workflows.claim_standing_triggers(int, int) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION workflows.claim_standing_triggers(int, int) TO coresdk_app;
      REVOKE ALL ON FUNCTION workflows.claim_firings(int, int) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION workflows.claim_firings(int, int) TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
