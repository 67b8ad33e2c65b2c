-- Returns the tenant and id of each change that is due by the database's clock, the oldest change first.
CREATE OR REPLACE FUNCTION flags.due(at_most int) RETURNS TABLE (tenant_id text, id text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT s.tenant_id, s.id FROM flags.scheduled s
  WHERE s.status = 'pending' AND s.at <= pg_catalog.clock_timestamp()
  ORDER BY s.at LIMIT at_most
$$;

REVOKE ALL ON FUNCTION flags.due(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flags.due(integer) TO coresdk_app;
