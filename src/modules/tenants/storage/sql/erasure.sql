CREATE OR REPLACE FUNCTION tenants.erasure(wanted text) RETURNS SETOF tenants.erasures
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT * FROM tenants.erasures WHERE id = wanted
$$;

REVOKE ALL ON FUNCTION tenants.erasure(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.erasure(text) TO coresdk_app;
