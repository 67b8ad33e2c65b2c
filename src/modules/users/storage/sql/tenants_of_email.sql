-- Returns the tenants, at most at_most, in which a user has an address, for calls whose tenant is not known yet.
CREATE OR REPLACE FUNCTION users.tenants_of_email(wanted text, at_most int) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT tenant_id FROM users.users WHERE email_key = wanted ORDER BY tenant_id LIMIT at_most
$$;

REVOKE ALL ON FUNCTION users.tenants_of_email(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION users.tenants_of_email(text, integer) TO coresdk_app;
