-- Drops whole partitions of days that are older than the kept days. Waits only briefly for locks, because later transactions would wait
-- behind it. The next call drops the partitions that could not be dropped.
CREATE OR REPLACE FUNCTION token_events.drop_days(keep int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '300ms' AS $$
DECLARE
  oldest text := 'events_' || to_char((now() AT TIME ZONE 'UTC')::date - keep, 'YYYYMMDD');
  name text;
  dropped int := 0;
BEGIN
  FOR name IN
    SELECT c.relname FROM pg_catalog.pg_inherits AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'token_events.events'::regclass AND c.relname < oldest ORDER BY 1
  LOOP
    EXECUTE format('DROP TABLE token_events.%I', name);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

REVOKE ALL ON FUNCTION token_events.drop_days(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.drop_days(integer) TO coresdk_app;
