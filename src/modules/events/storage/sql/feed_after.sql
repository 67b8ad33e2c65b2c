-- Reads the feed of all tenants after a position, without event data, and returns the position of the end of the feed.
CREATE OR REPLACE FUNCTION events.feed_after(after bigint, since double precision, at_most int) RETURNS jsonb
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  feed_end events.feed_end := (SELECT f FROM events.feed_end AS f);
  oldest timestamptz := to_timestamp(since) - interval '1 day';
  found jsonb := '[]';
BEGIN
  IF feed_end.last > after THEN
    -- Deliveries and firings keep the place. A process of the previous version may send them, so it has the older form.
    SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', e.tenant_id, 'position', e.position,
      'at', floor(extract(epoch FROM e.at)), 'began', coalesce(e.began, e.at), 'id', e.id, 'type', e.type,
      'place', events.place_before(e.xid, e.seq, e.at)) ORDER BY e.position), '[]') INTO found
    FROM (SELECT * FROM events.events WHERE position > after AND at >= oldest ORDER BY position LIMIT at_most) AS e;
  END IF;
  RETURN jsonb_build_object('last', feed_end.last, 'lastAt', floor(extract(epoch FROM feed_end.last_at)), 'rows', found);
END $$;

REVOKE ALL ON FUNCTION events.feed_after(bigint, double precision, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.feed_after(bigint, double precision, integer) TO coresdk_app;
