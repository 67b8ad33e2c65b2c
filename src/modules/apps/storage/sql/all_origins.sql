-- Returns the origins that the apps of all active tenants list: a preflight request does not say which app sends it.
CREATE OR REPLACE FUNCTION apps.all_origins() RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT DISTINCT unnest(allowed_origins) FROM apps.apps WHERE allowed_origins <> '{}' AND tenants.is_active(tenant_id)
$$;

REVOKE ALL ON FUNCTION apps.all_origins() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apps.all_origins() TO coresdk_app;
