import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What makes workflows run besides people and schedules: events of the platform, and signed calls from outside. */
export class WorkflowsTriggers1795788980000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['triggers', 'firings']) {
      await runner.query(`
        ALTER TABLE workflows.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE workflows.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON workflows.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON workflows.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE, DELETE ON workflows.${table} TO coresdk_app;
      `);
    }
    await runner.query(FUNCTIONS);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const TABLES = `
  -- Of workflows whose newest version is triggered by events, or by calls from outside.
  CREATE TABLE workflows.triggers (
    tenant_id text NOT NULL,
    workflow_id text NOT NULL,
    type text NOT NULL CHECK (type IN ('event', 'webhook')),
    -- Whether the workflow is active.
    is_armed boolean NOT NULL,
    -- The type or family of types that is wanted.
    event text,
    -- What a transaction did that began later counts.
    from_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    from_at timestamptz NOT NULL DEFAULT now(),
    -- Whoever has saved it, and is acted for.
    submitted_by jsonb NOT NULL,
    -- What calls are signed with, and what was before it while both count. Empty until somebody has one made.
    key_id text,
    sealed bytea,
    previous_key_id text,
    previous_sealed bytea,
    previous_until timestamptz,
    PRIMARY KEY (tenant_id, workflow_id),
    FOREIGN KEY (tenant_id, workflow_id) REFERENCES workflows.workflows ON DELETE CASCADE
  );
  CREATE INDEX triggers_armed ON workflows.triggers (from_xid) WHERE type = 'event' AND is_armed;
  CREATE INDEX triggers_hooks ON workflows.triggers (workflow_id) WHERE type = 'webhook';

  -- Each event or call that triggers a workflow, once.
  CREATE TABLE workflows.firings (
    tenant_id text NOT NULL,
    workflow_id text NOT NULL,
    -- Id of the event, or of the call.
    key text NOT NULL,
    -- Version and submitter stay, however often it is tried: it is one job.
    version int NOT NULL,
    submitted_by jsonb NOT NULL,
    -- Where the event lies among the events.
    place text,
    -- SHA-256 of what was sent.
    digest bytea,
    job_id text,
    -- Why there will be no job.
    error text,
    attempts int NOT NULL DEFAULT 0,
    -- When it is tried next; NULL when that is nobody's to do here.
    due_at timestamptz,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, workflow_id, key),
    FOREIGN KEY (tenant_id, workflow_id) REFERENCES workflows.workflows ON DELETE CASCADE
  );
  CREATE INDEX firings_due ON workflows.firings (tenant_id, due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX firings_by_age ON workflows.firings (at);

  -- Up to where the events of all tenants were looked at; NULL: none yet.
  CREATE TABLE workflows.intake (one boolean PRIMARY KEY DEFAULT true CHECK (one), place text);
  INSERT INTO workflows.intake DEFAULT VALUES;
  ALTER TABLE workflows.intake ENABLE ROW LEVEL SECURITY;
  ALTER TABLE workflows.intake FORCE ROW LEVEL SECURITY;
  CREATE POLICY owner_functions ON workflows.intake TO CURRENT_USER USING (true) WITH CHECK (true);
`;

const FUNCTIONS = `
  -- Up to where events were looked at, and from where on anybody wants any; NULL: nobody does.
  CREATE FUNCTION workflows.intake_state() RETURNS TABLE (place text, from_xid text, from_seconds double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT i.place, t.from_xid::text, floor(extract(epoch FROM t.from_at))::float8 FROM workflows.intake AS i
    LEFT JOIN (
      SELECT from_xid, from_at FROM workflows.triggers WHERE type = 'event' AND is_armed ORDER BY from_xid LIMIT 1
    ) AS t ON true
  $$;

  -- Makes firings of events that were read behind a place, and notes up to where, in one transaction.
  -- Returns how many; NULL when another process was faster.
  CREATE FUNCTION workflows.take_in(expected text, reached text, events jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    made bigint;
  BEGIN
    PERFORM FROM workflows.intake WHERE place IS NOT DISTINCT FROM expected FOR UPDATE;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    INSERT INTO workflows.firings (tenant_id, workflow_id, key, version, submitted_by, place, due_at)
    SELECT t.tenant_id, t.workflow_id, e.id, w.version, t.submitted_by, e.place, clock_timestamp()
    FROM jsonb_to_recordset(events) AS e ("tenantId" text, xid text, id text, type text, place text)
    JOIN workflows.triggers AS t ON t.tenant_id = e."tenantId" AND t.type = 'event' AND t.is_armed
      AND e.xid::xid8 > t.from_xid AND events.is_wanted(e.type, ARRAY[t.event])
    JOIN workflows.workflows AS w ON w.tenant_id = t.tenant_id AND w.id = t.workflow_id AND w.deleted_at IS NULL
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    UPDATE workflows.intake SET place = reached;
    RETURN made;
  END $$;

  -- Takes firings that are due, of all tenants by turns, for a while that is longer after each attempt. What another process
  -- takes now is passed over, and so are tenants that are held back.
  CREATE FUNCTION workflows.claim_firings(at_most int, per_tenant int)
    RETURNS TABLE (tenant_id text, workflow_id text, key text, version int, submitted_by jsonb, place text)
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
    RETURNING f.tenant_id, f.workflow_id, f.key, f.version, f.submitted_by, f.place
  $$;

  -- Whose the hook of a workflow is, before anything is known of who calls; NULL for none, and while the tenant is held back.
  CREATE FUNCTION workflows.tenant_of_hook(hook text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT t.tenant_id FROM workflows.triggers AS t
    WHERE t.workflow_id = hook AND t.type = 'webhook' AND NOT tenants.is_held_back(t.tenant_id) ORDER BY t.from_xid LIMIT 1
  $$;

  -- Sweeps firings of which no repetition is to be expected any more, a few at a time. Returns how many.
  CREATE FUNCTION workflows.sweep_firings(kept_days int, at_most int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    swept bigint;
  BEGIN
    DELETE FROM workflows.firings WHERE ctid = ANY (ARRAY(SELECT f.ctid FROM workflows.firings AS f
      WHERE f.at < now() - make_interval(days => kept_days) LIMIT at_most FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS swept = ROW_COUNT;
    RETURN swept;
  END $$;

  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA workflows FROM PUBLIC;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA workflows TO coresdk_app;
`;
