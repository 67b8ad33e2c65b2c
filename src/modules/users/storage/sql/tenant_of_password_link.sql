CREATE OR REPLACE FUNCTION users.tenant_of_password_link(wanted bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM users.password_links WHERE hash = wanted
$$;

REVOKE ALL ON FUNCTION users.tenant_of_password_link(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.tenant_of_password_link(bytea) TO coresdk_app;
