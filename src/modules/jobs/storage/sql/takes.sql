-- Returns the types and kinds that workers with a heartbeat within this many seconds accept. A null kind stands for any kind.
CREATE OR REPLACE FUNCTION jobs.takes(within_seconds int) RETURNS TABLE (type text, kind text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT DISTINCT t.key, k.value #>> '{}'
  FROM jobs.executors AS e, jsonb_each(e.takes) AS t,
    jsonb_array_elements(CASE jsonb_typeof(t.value) WHEN 'array' THEN t.value ELSE '[null]' END) AS k
  WHERE e.beat_at > clock_timestamp() - make_interval(secs => within_seconds)
$$;

REVOKE ALL ON FUNCTION jobs.takes(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.takes(integer) TO coresdk_app;
