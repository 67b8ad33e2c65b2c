-- Whose a key is, found by where it begins before any tenant is known. Tells the tenant alone.
CREATE OR REPLACE FUNCTION credentials.tenant_of(presented text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM credentials.keys WHERE handle = presented LIMIT 1
$$;

REVOKE ALL ON FUNCTION credentials.tenant_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credentials.tenant_of(text) TO coresdk_app;
