-- Counts the rows that an erasure's tenant still has in a table, and returns when the last of them expires according to
-- the given column.
CREATE OR REPLACE FUNCTION tenants.rows_left(erasure text, wanted text, until_column text)
  RETURNS TABLE (rows bigint, until timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  of_tenant text;
  target regclass := tenants.tenant_table(wanted);
  latest text := CASE WHEN until_column IS NULL THEN 'NULL::timestamptz' ELSE format('max(%I)', until_column) END;
BEGIN
  SELECT subject INTO of_tenant FROM tenants.erasures WHERE id = erasure;
  PERFORM set_config('app.tenant_id', coalesce(of_tenant, ''), true);
  RETURN QUERY EXECUTE format('SELECT count(*), %s FROM %s WHERE tenant_id = $1', latest, target) USING of_tenant;
END $$;

REVOKE ALL ON FUNCTION tenants.rows_left(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.rows_left(text, text, text) TO coresdk_app;
