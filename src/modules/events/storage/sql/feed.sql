-- For the previous version; drop it with the next version. Reads the feed of all tenants after a position. The previous version has no
-- mover: where it runs alone, this call moves staged events.
CREATE OR REPLACE FUNCTION events.feed(after_xid text, after_seq bigint, since double precision, at_most int) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  horizon xid8;
  oldest timestamptz := to_timestamp(since) - interval '1 day';
  found jsonb;
BEGIN
  PERFORM events.move_staged(1000), token_events.move_staged(1000);
  horizon := pg_snapshot_xmin(pg_current_snapshot());
  SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', e.tenant_id, 'xid', e.xid::text, 'seq', e.seq::text,
    'at', floor(extract(epoch FROM e.at)), 'id', e.id, 'type', e.type) ORDER BY e.xid, e.seq), '[]') INTO found
  FROM (SELECT * FROM events.events WHERE (xid, seq) > (after_xid::xid8, after_seq) AND xid < horizon
          AND at >= oldest ORDER BY xid, seq LIMIT at_most) AS e;
  RETURN jsonb_build_object('horizon', horizon::text, 'now', floor(extract(epoch FROM statement_timestamp())),
    'rows', found);
END $$;

REVOKE ALL ON FUNCTION events.feed(text, bigint, double precision, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.feed(text, bigint, double precision, integer) TO coresdk_app;
