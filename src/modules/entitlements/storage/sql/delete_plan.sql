CREATE OR REPLACE FUNCTION entitlements.delete_plan(old_name text) RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  DELETE FROM entitlements.plans p WHERE p.name = old_name
$$;

REVOKE ALL ON FUNCTION entitlements.delete_plan(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlements.delete_plan(text) TO coresdk_app;
