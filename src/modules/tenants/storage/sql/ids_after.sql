-- Returns the tenant ids after the given id, oldest first, for platform administrators.
CREATE OR REPLACE FUNCTION tenants.ids_after(after text, page_size int) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT id FROM tenants.tenants WHERE id > after ORDER BY id LIMIT page_size
$$;

REVOKE ALL ON FUNCTION tenants.ids_after(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.ids_after(text, integer) TO coresdk_app;
