-- Claims due sinks of all tenants for a limited time. Skips rows that another process is claiming.
CREATE OR REPLACE FUNCTION audit_sinks.claim(holder text, seconds int, at_most int)
  RETURNS TABLE (tenant_id text, id text)
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH due AS (
    SELECT s.tenant_id, s.id FROM audit_sinks.sinks AS s
    WHERE NOT s.paused AND s.due_at <= clock_timestamp()
      AND (s.leased_until IS NULL OR s.leased_until < clock_timestamp())
    ORDER BY s.due_at LIMIT at_most FOR UPDATE SKIP LOCKED
  )
  UPDATE audit_sinks.sinks AS s
  SET lease = holder, leased_until = clock_timestamp() + make_interval(secs => seconds)
  FROM due WHERE s.tenant_id = due.tenant_id AND s.id = due.id
  RETURNING s.tenant_id, s.id
$$;

REVOKE ALL ON FUNCTION audit_sinks.claim(text, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_sinks.claim(text, integer, integer) TO coresdk_app;
