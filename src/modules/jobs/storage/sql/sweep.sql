-- Deletes jobs that ended at least this many days ago, with all their rows, a few at a time. Also deletes workers that are gone.
CREATE OR REPLACE FUNCTION jobs.sweep(kept_days int, at_most int) RETURNS int
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  swept int;
BEGIN
  WITH old AS (
    SELECT j.tenant_id, j.id FROM jobs.jobs AS j
    WHERE j.finished_at < clock_timestamp() - make_interval(days => kept_days)
    ORDER BY j.finished_at LIMIT at_most FOR UPDATE SKIP LOCKED
  ), events AS (
    DELETE FROM jobs.events AS e USING old WHERE e.tenant_id = old.tenant_id AND e.job_id = old.id
  ), inputs AS (
    DELETE FROM jobs.inputs AS e USING old WHERE e.tenant_id = old.tenant_id AND e.job_id = old.id
  ), chunks AS (
    DELETE FROM jobs.log_chunks AS e USING old WHERE e.tenant_id = old.tenant_id AND e.job_id = old.id
  ), steps AS (
    DELETE FROM jobs.steps AS e USING old WHERE e.tenant_id = old.tenant_id AND e.job_id = old.id
  ), outputs AS (
    DELETE FROM jobs.outputs AS e USING old WHERE e.tenant_id = old.tenant_id AND e.job_id = old.id
  )
  DELETE FROM jobs.jobs AS j USING old WHERE j.tenant_id = old.tenant_id AND j.id = old.id;
  GET DIAGNOSTICS swept = ROW_COUNT;
  DELETE FROM jobs.executors AS e WHERE e.gone_at < clock_timestamp() - interval '1 hour'
    AND NOT EXISTS (SELECT FROM jobs.jobs AS j WHERE j.place = 'held' AND j.executor_id = e.id);
  RETURN swept;
END $$;

REVOKE ALL ON FUNCTION jobs.sweep(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.sweep(integer, integer) TO coresdk_app;
