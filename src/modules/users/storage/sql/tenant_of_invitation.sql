CREATE OR REPLACE FUNCTION users.tenant_of_invitation(wanted bytea) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM users.invitations WHERE hash = wanted
$$;

REVOKE ALL ON FUNCTION users.tenant_of_invitation(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.tenant_of_invitation(bytea) TO coresdk_app;
