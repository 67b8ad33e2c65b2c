-- Returns true if a tenant is being erased, and therefore cannot be imported again yet.
CREATE OR REPLACE FUNCTION tenants.is_being_erased(wanted text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT 1 FROM tenants.erasures WHERE subject = wanted AND finished_at IS NULL)
$$;

REVOKE ALL ON FUNCTION tenants.is_being_erased(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.is_being_erased(text) TO coresdk_app;
