CREATE OR REPLACE FUNCTION files.erased_prefixes(at_most int) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT prefix FROM files.erased ORDER BY erased_at LIMIT at_most
$$;

REVOKE ALL ON FUNCTION files.erased_prefixes(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION files.erased_prefixes(integer) TO coresdk_app;
