-- Returns the feed position that corresponds to a position from an earlier version.
CREATE OR REPLACE FUNCTION events.feed_position(of_xid text, of_seq bigint) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(
    (SELECT position FROM events.events WHERE (xid, seq) <= (of_xid::pg_catalog.xid8, of_seq)
     ORDER BY xid DESC, seq DESC LIMIT 1),
    (SELECT position - 1 FROM events.events WHERE (xid, seq) > (of_xid::pg_catalog.xid8, of_seq) ORDER BY xid, seq LIMIT 1),
    (SELECT last FROM events.feed_end))
$$;

REVOKE ALL ON FUNCTION events.feed_position(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.feed_position(text, bigint) TO coresdk_app;
