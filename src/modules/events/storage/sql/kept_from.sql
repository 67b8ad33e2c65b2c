-- Returns the first day (UTC) that is kept completely.
CREATE OR REPLACE FUNCTION events.kept_from() RETURNS timestamptz
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT pg_catalog.to_date(pg_catalog.min(pg_catalog.right(c.relname, 8)), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
  FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
  WHERE i.inhparent = 'events.events'::regclass
$$;

REVOKE ALL ON FUNCTION events.kept_from() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.kept_from() TO coresdk_app;
