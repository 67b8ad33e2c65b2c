-- Returns the first stored version of the defaults after a given version.
CREATE OR REPLACE FUNCTION config.defaults_after(after_version int) RETURNS int
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT min(v.version) FROM config.versions v WHERE v.tenant_id IS NULL AND v.version > after_version
$$;

REVOKE ALL ON FUNCTION config.defaults_after(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION config.defaults_after(integer) TO coresdk_app;
