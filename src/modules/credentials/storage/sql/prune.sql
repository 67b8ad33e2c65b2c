-- Deletes one batch of credentials and keys that ended long ago, across all tenants.
CREATE OR REPLACE FUNCTION credentials.prune(days int, at_most int) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  WITH gone AS (
    DELETE FROM credentials.credentials WHERE (tenant_id, id) IN (
      SELECT tenant_id, id FROM credentials.credentials
      WHERE least(revoked_at, expires_at) < now() - make_interval(days => days)
      ORDER BY least(revoked_at, expires_at) LIMIT at_most)
    RETURNING 1)
  SELECT count(*) FROM gone
$$;

REVOKE ALL ON FUNCTION credentials.prune(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credentials.prune(integer, integer) TO coresdk_app;
