-- Claims due firings of all tenants. Tenants take turns. A claim lasts longer after each attempt. Firings that another process is claiming,
-- and tenants that are held back, are skipped.
CREATE OR REPLACE FUNCTION workflows.claim_firings(at_most int, per_tenant int)
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

REVOKE ALL ON FUNCTION workflows.claim_firings(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.claim_firings(integer, integer) TO coresdk_app;
