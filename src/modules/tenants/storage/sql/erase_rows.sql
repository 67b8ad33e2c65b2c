-- Erases up to the given number of rows of an erasure's tenant in one table, in the order of the given columns, and
-- records them.
CREATE OR REPLACE FUNCTION tenants.erase_rows(erasure text, wanted text, ordered_by text[], at_most int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  of_tenant text;
  target regclass := tenants.tenant_table(wanted);
  columns text := coalesce((SELECT string_agg(quote_ident(c), ', ') FROM unnest(ordered_by) AS c), '1');
  lines text[];
BEGIN
  SELECT subject INTO of_tenant FROM tenants.erasures
  WHERE id = erasure AND finished_at IS NULL AND erase_from <= clock_timestamp() FOR UPDATE;
  IF of_tenant IS NULL THEN RAISE EXCEPTION 'no such erasure is running'; END IF;
  PERFORM set_config('app.tenant_id', of_tenant, true);
  EXECUTE format('WITH chosen AS (SELECT ctid, tableoid FROM %1$s WHERE tenant_id = $1 ORDER BY %2$s LIMIT $2),
    gone AS (DELETE FROM %1$s AS t USING chosen AS c WHERE t.ctid = c.ctid AND t.tableoid = c.tableoid RETURNING t.*)
    SELECT coalesce(array_agg(to_jsonb(gone)::text ORDER BY %2$s), ''{}'') FROM gone', target, columns)
    INTO lines USING of_tenant, at_most;
  PERFORM tenants.note_erased(erasure, wanted, lines);
  RETURN coalesce(array_length(lines, 1), 0);
END $$;

REVOKE ALL ON FUNCTION tenants.erase_rows(text, text, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenants.erase_rows(text, text, text[], integer) TO coresdk_app;
