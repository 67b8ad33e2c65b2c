-- Returns jobs that have been due for this many seconds, and that no worker with a heartbeat in that time accepts.
CREATE OR REPLACE FUNCTION jobs.without_runner(seconds int, at_most int)
  RETURNS TABLE (tenant_id text, id text, type text, kind text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
  SELECT j.tenant_id, j.id, j.type, j.kind
  FROM jobs.jobs AS j LEFT JOIN jobs.executors AS e ON j.place = 'held' AND e.id = j.executor_id
  WHERE (j.place = 'ready' OR (j.place = 'held' AND e.gone_at < clock_timestamp() - make_interval(secs => seconds)))
    AND j.run_at < clock_timestamp() - make_interval(secs => seconds)
    AND NOT EXISTS (
      SELECT FROM jobs.takes(seconds) AS t WHERE t.type = j.type AND (t.kind IS NULL OR t.kind = j.kind))
  LIMIT at_most
$$;

REVOKE ALL ON FUNCTION jobs.without_runner(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.without_runner(integer, integer) TO coresdk_app;
