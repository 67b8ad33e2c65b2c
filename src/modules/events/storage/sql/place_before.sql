-- Formats a position as the previous version does: transaction, sequence number and time of an event, in base32hex. Drop it with the next
-- version.
CREATE OR REPLACE FUNCTION events.place_before(of_xid xid8, of_seq bigint, of_at timestamptz) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
  SELECT string_agg(substr('0123456789abcdefghijklmnopqrstuv', (value >> 5 * digit & 31)::int + 1, 1), ''
    ORDER BY part, digit DESC)
  FROM (VALUES (1, of_xid::text::bigint, 13), (2, of_seq, 13), (3, floor(extract(epoch FROM of_at))::bigint, 7))
    AS parts (part, value, digits) CROSS JOIN generate_series(0, digits - 1) AS digit
$$;

REVOKE ALL ON FUNCTION events.place_before(xid8, bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION events.place_before(xid8, bigint, timestamptz) TO coresdk_app;
