CREATE OR REPLACE FUNCTION tenants.erasures_after(after text, page_size int) RETURNS SETOF tenants.erasures
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT * FROM tenants.erasures WHERE id > after ORDER BY id LIMIT page_size
$$;

REVOKE ALL ON FUNCTION tenants.erasures_after(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.erasures_after(text, integer) TO coresdk_app;
