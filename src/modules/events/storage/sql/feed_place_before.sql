-- Converts a position in the feed to the form of the previous version. NULL before the first kept event. Drop it with the next version.
CREATE OR REPLACE FUNCTION events.feed_place_before(feed_place text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT events.place_before(xid, seq, at) FROM events.events
  WHERE position <= (
    SELECT sum((strpos('0123456789abcdefghijklmnopqrstuv', substr(feed_place, digit, 1)) - 1)::bigint << 5 * (11 - digit))
    FROM generate_series(1, 11) AS digit)
  ORDER BY position DESC LIMIT 1
$$;

REVOKE ALL ON FUNCTION events.feed_place_before(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.feed_place_before(text) TO coresdk_app;
