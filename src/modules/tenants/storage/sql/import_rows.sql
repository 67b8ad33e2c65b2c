-- Adds rows to a tenant that the current transaction has created, and to no other tenant, so that existing rows cannot
-- be reached.
CREATE OR REPLACE FUNCTION tenants.import_rows(of_tenant text, wanted text, lines jsonb) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  target regclass := tenants.tenant_table(wanted);
  columns text;
  added int;
BEGIN
  PERFORM set_config('app.tenant_id', of_tenant, true);
  IF NOT EXISTS (SELECT 1 FROM tenants.tenants WHERE id = of_tenant AND xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'rows come in with their tenant only';
  END IF;
  IF EXISTS (SELECT 1 FROM jsonb_array_elements(lines) AS l WHERE l->>'tenant_id' IS DISTINCT FROM of_tenant) THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'a row of another tenant';
  END IF;
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns FROM pg_attribute a
  WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND (lines->0) ? a.attname::text;
  EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE
    SELECT %2$s FROM jsonb_populate_recordset(NULL::%1$s, $1)', target, columns) USING lines;
  GET DIAGNOSTICS added = ROW_COUNT;
  RETURN added;
END $$;

REVOKE ALL ON FUNCTION tenants.import_rows(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.import_rows(text, text, jsonb) TO coresdk_app;
