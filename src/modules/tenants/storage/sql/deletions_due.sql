-- Returns the ids of tenants that are due for erasure.
CREATE OR REPLACE FUNCTION tenants.deletions_due(at_most int) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT id FROM tenants.tenants
  WHERE status = 'pending_deletion' AND erase_after <= pg_catalog.clock_timestamp()
  ORDER BY erase_after LIMIT at_most
$$;

REVOKE ALL ON FUNCTION tenants.deletions_due(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.deletions_due(integer) TO coresdk_app;
