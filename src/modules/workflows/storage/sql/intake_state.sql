-- Used only by the previous version; drop this function in the next version. Returns the position in the feed up to which triggers were
-- matched, and the first transaction after which a trigger wants events; NULL when no trigger wants events.
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
