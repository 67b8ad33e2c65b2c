-- Returns the tenant of a client, for calls whose tenant is not known yet.
CREATE OR REPLACE FUNCTION apps.tenant_of_client(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM apps.apps WHERE client_id = wanted
$$;

REVOKE ALL ON FUNCTION apps.tenant_of_client(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apps.tenant_of_client(text) TO coresdk_app;
