-- Returns keys of any tenant that are wrapped with a different master key. Only a process with that master key can use them.
CREATE OR REPLACE FUNCTION sealing.keys_to_rewrap(mark bytea, at_most int)
  RETURNS TABLE (tenant_id text, id text, wrapped bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT k.tenant_id, k.id, k.wrapped FROM sealing.tenant_keys k
  WHERE substring(k.wrapped FOR 5) <> mark ORDER BY k.tenant_id, k.id LIMIT at_most
$$;

REVOKE ALL ON FUNCTION sealing.keys_to_rewrap(bytea, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sealing.keys_to_rewrap(bytea, integer) TO coresdk_app;
