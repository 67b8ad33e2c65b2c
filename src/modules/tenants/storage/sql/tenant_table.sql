-- Returns the table with a name if it contains tenant rows; raises an error for any other table.
CREATE OR REPLACE FUNCTION tenants.tenant_table(wanted text) RETURNS regclass
  LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
  found regclass;
BEGIN
  SELECT c.oid INTO found FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
  WHERE n.nspname || '.' || c.relname = wanted AND c.relkind IN ('r', 'p') AND c.relrowsecurity
    AND c.relforcerowsecurity;
  IF found IS NULL THEN RAISE EXCEPTION 'no table of tenants: %', wanted; END IF;
  RETURN found;
END $$;

REVOKE ALL ON FUNCTION tenants.tenant_table(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.tenant_table(text) TO coresdk_app;
