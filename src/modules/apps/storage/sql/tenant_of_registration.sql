CREATE OR REPLACE FUNCTION apps.tenant_of_registration(presented bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM apps.self_registered WHERE hash = presented LIMIT 1
$$;

REVOKE ALL ON FUNCTION apps.tenant_of_registration(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apps.tenant_of_registration(bytea) TO coresdk_app;
