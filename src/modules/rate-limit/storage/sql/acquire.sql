-- Acquires a slot in a concurrency limit. Calls for the same name run one at a time, so that two calls cannot get the last slot.
CREATE OR REPLACE FUNCTION rate_limit.acquire(tenant text, wanted text, lease text, at_most int, ttl interval) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('rate_limit.leases'), hashtext(tenant || ' ' || wanted));
  DELETE FROM rate_limit.leases WHERE tenant_id = tenant AND name = wanted AND ends_at <= clock_timestamp();
  IF (SELECT count(*) FROM rate_limit.leases WHERE tenant_id = tenant AND name = wanted) >= at_most THEN
    RETURN false;
  END IF;
  INSERT INTO rate_limit.leases VALUES (tenant, wanted, lease, clock_timestamp() + ttl);
  RETURN true;
END $$;

REVOKE ALL ON FUNCTION rate_limit.acquire(text, text, text, integer, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rate_limit.acquire(text, text, text, integer, interval) TO coresdk_app;
