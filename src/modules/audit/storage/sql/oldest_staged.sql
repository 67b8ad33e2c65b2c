-- Returns the oldest staged events, which stay in the outbox.
CREATE OR REPLACE FUNCTION audit.oldest_staged(at_most int) RETURNS jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(o.payload ORDER BY o.created_at), '[]') FROM (
    SELECT payload, created_at FROM kernel.outbox WHERE topic = 'audit' ORDER BY created_at LIMIT at_most) AS o
$$;

REVOKE ALL ON FUNCTION audit.oldest_staged(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.oldest_staged(integer) TO coresdk_app;
