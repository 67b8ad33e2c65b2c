-- Returns a key's tenant by the key's handle, for callers that do not know the tenant yet. Returns no other data about the key.
CREATE OR REPLACE FUNCTION credentials.tenant_of(presented text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM credentials.keys WHERE handle = presented LIMIT 1
$$;

REVOKE ALL ON FUNCTION credentials.tenant_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credentials.tenant_of(text) TO coresdk_app;
