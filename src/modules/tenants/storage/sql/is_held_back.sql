-- Returns true if a tenant exists but is not active, so that its jobs wait for its activation.
CREATE OR REPLACE FUNCTION tenants.is_held_back(wanted text) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT EXISTS (SELECT FROM tenants.tenants WHERE id = wanted AND status <> 'active')
$$;

REVOKE ALL ON FUNCTION tenants.is_held_back(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.is_held_back(text) TO coresdk_app;
