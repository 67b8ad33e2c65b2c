-- For the previous version; drop it with the next version. Returns the tenants whose log has grown. The previous version has no mover:
-- where it runs alone, this call moves staged events.
CREATE OR REPLACE FUNCTION events.moved(tenants text[], xids text[], seqs bigint[], since double precision[]) RETURNS text[]
  LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
  SELECT events.move_staged(1000);
  SELECT coalesce(array_agg(waiting.tenant), '{}')
  FROM unnest(tenants, xids, seqs, since) AS waiting (tenant, xid, seq, at)
  WHERE EXISTS (
    SELECT FROM events.events AS e
    WHERE e.tenant_id = waiting.tenant AND (e.xid, e.seq) > (waiting.xid::pg_catalog.xid8, waiting.seq)
      AND e.at >= to_timestamp(waiting.at) - interval '1 day'
      AND e.xid < pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()))
$$;

REVOKE ALL ON FUNCTION events.moved(text[], text[], bigint[], double precision[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.moved(text[], text[], bigint[], double precision[]) TO coresdk_app;
