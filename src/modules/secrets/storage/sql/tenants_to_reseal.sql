-- Returns only the ids of tenants, after the given tenant, that have values sealed with a data key other than the current one.
CREATE OR REPLACE FUNCTION secrets.tenants_to_reseal(after_id text, at_most int) RETURNS SETOF text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT DISTINCT k.tenant_id FROM sealing.tenant_keys k
  WHERE NOT k.is_current AND k.tenant_id > after_id AND EXISTS (
    SELECT 1 FROM secrets.versions v WHERE v.tenant_id = k.tenant_id AND v.key_id = k.id)
  ORDER BY k.tenant_id LIMIT at_most
$$;

REVOKE ALL ON FUNCTION secrets.tenants_to_reseal(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION secrets.tenants_to_reseal(text, integer) TO coresdk_app;
