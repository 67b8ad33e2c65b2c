-- Returns the number of tenants with a license for a plan, without their names.
CREATE OR REPLACE FUNCTION entitlements.licences_of(wanted text) RETURNS int
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT count(*)::int FROM entitlements.licences l WHERE l.plan = wanted
$$;

REVOKE ALL ON FUNCTION entitlements.licences_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlements.licences_of(text) TO coresdk_app;
