-- Returns true if a tenant is active, for callers that work for all tenants.
CREATE OR REPLACE FUNCTION tenants.is_active(wanted text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM tenants.tenants WHERE id = wanted AND status = 'active')
$$;

REVOKE ALL ON FUNCTION tenants.is_active(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.is_active(text) TO coresdk_app;
