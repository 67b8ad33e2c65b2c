-- Returns the columns of a table that contains tenant rows.
CREATE OR REPLACE FUNCTION tenants.columns_of(wanted text) RETURNS text[]
  LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT array_agg(attname::text ORDER BY attnum) FROM pg_catalog.pg_attribute
  WHERE attrelid = tenants.tenant_table(wanted) AND attnum > 0 AND NOT attisdropped
$$;

REVOKE ALL ON FUNCTION tenants.columns_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.columns_of(text) TO coresdk_app;
