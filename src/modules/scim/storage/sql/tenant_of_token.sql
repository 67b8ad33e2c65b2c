-- Returns the tenant that a token belongs to, before the tenant of the call is known.
CREATE OR REPLACE FUNCTION scim.tenant_of_token(wanted bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM scim.tokens WHERE hash = wanted
$$;

REVOKE ALL ON FUNCTION scim.tenant_of_token(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scim.tenant_of_token(bytea) TO coresdk_app;
