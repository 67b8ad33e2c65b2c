-- Ends jobs. A job ends only if it has not ended yet and, with a fence, if the run with that fence still holds it, so that only one of
-- several writers ends it. Returns the jobs that this call ended.
-- fence: the fence of the run that ends the job; null ends the job regardless of the run that holds it.
CREATE OR REPLACE FUNCTION jobs.conclude(outcomes jsonb) RETURNS TABLE (tenant_id text, id text, executor_id text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM jobs.jobs AS j JOIN jsonb_to_recordset(outcomes) AS o ("tenantId" text, id text)
    ON j.tenant_id = o."tenantId" AND j.id = o.id
  ORDER BY j.id COLLATE "C" FOR UPDATE OF j;
  RETURN QUERY WITH asked AS (
    SELECT * FROM jsonb_to_recordset(outcomes) AS o ("tenantId" text, id text, fence int, state text, result jsonb,
      "exitCode" int, "errorCode" text, error text, reason text, data jsonb)
  ), ended AS (
    UPDATE jobs.jobs AS j SET state = o.state, place = NULL, finished_at = clock_timestamp(), deadline_at = NULL,
      result = CASE o.state WHEN 'succeeded' THEN o.result END,
      progress = CASE o.state WHEN 'succeeded' THEN 100 ELSE j.progress END,
      exit_code = o."exitCode", error_code = CASE o.state WHEN 'failed' THEN o."errorCode" END,
      error = CASE o.state WHEN 'failed' THEN o.error END,
      cancel_reason = CASE o.state WHEN 'cancelled' THEN coalesce(o.reason, '') ELSE '' END,
      last_event = j.last_event + 1
    FROM asked AS o
    WHERE j.tenant_id = o."tenantId" AND j.id = o.id AND j.place IS NOT NULL
      AND (o.fence IS NULL OR (j.fence = o.fence AND j.place = 'held'))
    RETURNING j.tenant_id, j.id, j.executor_id, j.last_event, o.state, o.data
  ), told AS (
    INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
    SELECT ended.tenant_id, ended.id, ended.last_event, ended.state, coalesce(ended.data, '{}') FROM ended
  ), forgotten AS (
    DELETE FROM jobs.steps AS s USING ended WHERE s.tenant_id = ended.tenant_id AND s.job_id = ended.id
  )
  SELECT ended.tenant_id, ended.id, ended.executor_id FROM ended;
END $$;

REVOKE ALL ON FUNCTION jobs.conclude(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.conclude(jsonb) TO coresdk_app;
