-- Returns the id of the tenant with a slug, before the tenant of the call is known.
CREATE OR REPLACE FUNCTION tenants.id_of_slug(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT id FROM tenants.tenants WHERE slug = wanted
$$;

REVOKE ALL ON FUNCTION tenants.id_of_slug(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.id_of_slug(text) TO coresdk_app;
