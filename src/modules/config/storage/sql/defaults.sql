-- Returns the defaults at a version, or at the nearest stored version before it. Tenants can call this function too.
CREATE OR REPLACE FUNCTION config.defaults(at_version int) RETURNS TABLE (version int, entries jsonb, created_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT v.version, v.entries, v.created_at FROM config.versions v
  WHERE v.tenant_id IS NULL AND v.version <= at_version ORDER BY v.version DESC LIMIT 1
$$;

REVOKE ALL ON FUNCTION config.defaults(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION config.defaults(integer) TO coresdk_app;
