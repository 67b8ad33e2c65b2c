-- Returns the tenant of a token, found by the token's hash, for calls whose tenant is not known yet.
CREATE OR REPLACE FUNCTION apps.tenant_of_initial_token(presented bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM apps.initial_tokens WHERE hash = presented LIMIT 1
$$;

REVOKE ALL ON FUNCTION apps.tenant_of_initial_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apps.tenant_of_initial_token(bytea) TO coresdk_app;
