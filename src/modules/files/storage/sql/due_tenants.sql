-- Returns the tenants that have rows to drop, up to the given number, for the cleanup task, which serves all tenants.
CREATE OR REPLACE FUNCTION files.due_tenants(at_most int) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM (
    SELECT tenant_id FROM files.uploads WHERE expires_at <= now()
    UNION
    SELECT tenant_id FROM files.versions WHERE expires_at <= now()
    UNION
    SELECT tenant_id FROM files.objects WHERE content_id IS NULL AND upload_id IS NULL AND holder IS NULL
  ) AS due LIMIT at_most
$$;

REVOKE ALL ON FUNCTION files.due_tenants(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION files.due_tenants(integer) TO coresdk_app;
