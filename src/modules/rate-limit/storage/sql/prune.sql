-- Deletes empty counts, expired leases and old usage. One process at a time runs this; other processes skip it.
CREATE OR REPLACE FUNCTION rate_limit.prune() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  pruned bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock(7340023) THEN RETURN 0; END IF;
  DELETE FROM rate_limit.buckets WHERE empty_at < rate_limit.moment();
  GET DIAGNOSTICS pruned = ROW_COUNT;
  DELETE FROM rate_limit.leases WHERE ends_at < clock_timestamp();
  DELETE FROM rate_limit.usage WHERE month < now() - interval '13 months';
  RETURN pruned;
END $$;

REVOKE ALL ON FUNCTION rate_limit.prune() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.prune() TO coresdk_app;
