CREATE OR REPLACE FUNCTION sealing.rewrap_progress(mark bytea) RETURNS TABLE (total bigint, remaining bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT count(*), count(*) FILTER (WHERE substring(k.wrapped FOR 5) <> mark) FROM sealing.tenant_keys k
$$;

REVOKE ALL ON FUNCTION sealing.rewrap_progress(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sealing.rewrap_progress(bytea) TO coresdk_app;
