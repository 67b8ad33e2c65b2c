-- For the previous version; drop it with the next version. Returns the tenants whose log has grown. The previous version has no mover:
-- where it runs alone, this call moves staged events.
CREATE OR REPLACE FUNCTION token_events.moved(tenants text[], xids text[], seqs bigint[]) RETURNS text[]
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  SELECT token_events.move_staged(1000);
  SELECT coalesce(array_agg(waiting.tenant), '{}')
  FROM unnest(tenants, xids, seqs) AS waiting (tenant, xid, seq)
  WHERE EXISTS (
    SELECT FROM token_events.events AS e
    WHERE e.tenant_id = waiting.tenant AND (e.xid, e.seq) > (waiting.xid::pg_catalog.xid8, waiting.seq)
      AND e.xid < pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()))
$$;

REVOKE ALL ON FUNCTION token_events.moved(text[], text[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION token_events.moved(text[], text[], bigint[]) TO coresdk_app;
