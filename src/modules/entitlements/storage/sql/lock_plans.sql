-- Locks the plans against other writers until the transaction ends, and returns the current number of plans.
CREATE OR REPLACE FUNCTION entitlements.lock_plans() RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7340032);
  RETURN (SELECT count(*) FROM entitlements.plans);
END $$;

REVOKE ALL ON FUNCTION entitlements.lock_plans() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlements.lock_plans() TO coresdk_app;
