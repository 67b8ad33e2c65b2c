CREATE OR REPLACE FUNCTION users.tenant_of_session(wanted bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM users.sessions WHERE token_hash = wanted
$$;

REVOKE ALL ON FUNCTION users.tenant_of_session(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.tenant_of_session(bytea) TO coresdk_app;
