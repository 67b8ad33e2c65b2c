CREATE OR REPLACE FUNCTION entitlements.plan(wanted text) RETURNS SETOF entitlements.plans
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT * FROM entitlements.plans p WHERE p.name = wanted
$$;

REVOKE ALL ON FUNCTION entitlements.plan(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlements.plan(text) TO coresdk_app;
