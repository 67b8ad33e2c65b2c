-- What happened in all tenants behind a place, without the data: for who sends it on.
CREATE OR REPLACE FUNCTION events.feed(after_xid text, after_seq bigint, since double precision, at_most int) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  oldest timestamptz := to_timestamp(since) - interval '1 day';
  found jsonb;
BEGIN
  SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', e.tenant_id, 'xid', e.xid::text, 'seq', e.seq::text,
    'at', floor(extract(epoch FROM e.at)), 'id', e.id, 'type', e.type) ORDER BY e.xid, e.seq), '[]') INTO found
  FROM (SELECT * FROM events.events WHERE (xid, seq) > (after_xid::xid8, after_seq) AND xid < horizon
          AND at >= oldest ORDER BY xid, seq LIMIT at_most) AS e;
  RETURN jsonb_build_object('horizon', horizon::text, 'now', floor(extract(epoch FROM statement_timestamp())),
    'rows', found);
END $$;

REVOKE ALL ON FUNCTION events.feed(text, bigint, double precision, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.feed(text, bigint, double precision, integer) TO coresdk_app;
