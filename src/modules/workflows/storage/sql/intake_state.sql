-- Used only by the previous version; drop this function in the next version. Returns the feed position that trigger matching has reached,
-- and the first transaction whose subsequent events a trigger needs; NULL if no trigger needs events.
CREATE OR REPLACE FUNCTION workflows.intake_state() RETURNS TABLE (place text, from_xid text, from_seconds double precision)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT CASE WHEN i.feed_place IS NULL THEN i.place ELSE events.feed_place_before(i.feed_place) END,
    t.from_xid::text, floor(extract(epoch FROM t.from_at))::float8 FROM workflows.intake AS i
  LEFT JOIN (
    SELECT from_xid, from_at FROM workflows.triggers WHERE type = 'event' AND is_armed ORDER BY from_xid LIMIT 1
  ) AS t ON true
$$;

REVOKE ALL ON FUNCTION workflows.intake_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workflows.intake_state() TO coresdk_app;
