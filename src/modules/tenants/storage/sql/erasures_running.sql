-- Returns the erasures in progress, oldest first.
CREATE OR REPLACE FUNCTION tenants.erasures_running() RETURNS SETOF tenants.erasures
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT * FROM tenants.erasures WHERE finished_at IS NULL ORDER BY id
$$;

REVOKE ALL ON FUNCTION tenants.erasures_running() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.erasures_running() TO coresdk_app;
