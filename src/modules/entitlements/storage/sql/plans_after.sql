CREATE OR REPLACE FUNCTION entitlements.plans_after(after_name text, at_most int) RETURNS SETOF entitlements.plans
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT * FROM entitlements.plans p WHERE p.name > after_name ORDER BY p.name LIMIT at_most
$$;

REVOKE ALL ON FUNCTION entitlements.plans_after(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION entitlements.plans_after(text, integer) TO coresdk_app;
