-- Writes many reports of runs. Ignores the reports of a run that no longer holds its job.
-- reports: [{tenantId, id, fence, kind: started | progress | pause | retry, node, percent, stage, detail, error, code, waitMs}], at most
-- one report of each job.
CREATE OR REPLACE FUNCTION jobs.report(reports jsonb, most_progress_events int) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  -- Lock rows in the same order as the functions that write logs of the same jobs.
  PERFORM FROM jobs.jobs AS j JOIN jsonb_to_recordset(reports) AS r ("tenantId" text, id text)
    ON j.tenant_id = r."tenantId" AND j.id = r.id
  ORDER BY j.id COLLATE "C" FOR UPDATE OF j;
  WITH told AS (
    SELECT r.*, clock_timestamp() + make_interval(secs => r."waitMs" / 1000.0) AS next_at
    FROM jsonb_to_recordset(reports) AS r ("tenantId" text, id text, fence int, kind text, node text, percent int,
      stage text, detail jsonb, error text, code text, "exitCode" int, "waitMs" double precision)
  ), changed AS (
    UPDATE jobs.jobs AS j SET
      state = CASE told.kind WHEN 'started' THEN 'running' WHEN 'retry' THEN 'pending' ELSE j.state END,
      place = CASE WHEN told.kind IN ('retry', 'pause') THEN 'delayed' ELSE j.place END,
      run_at = CASE WHEN told.kind IN ('retry', 'pause') THEN told.next_at ELSE j.run_at END,
      started_at = CASE told.kind WHEN 'started' THEN coalesce(j.started_at, clock_timestamp()) ELSE j.started_at END,
      progress = CASE told.kind WHEN 'progress' THEN greatest(j.progress, coalesce(told.percent, 0)) ELSE j.progress END,
      stage = CASE told.kind WHEN 'progress' THEN coalesce(told.stage, j.stage) ELSE j.stage END,
      error = CASE told.kind WHEN 'retry' THEN told.error ELSE j.error END,
      error_code = CASE told.kind WHEN 'retry' THEN told.code ELSE j.error_code END,
      exit_code = CASE told.kind WHEN 'retry' THEN told."exitCode" ELSE j.exit_code END,
      progress_events = j.progress_events + CASE told.kind WHEN 'progress' THEN 1 ELSE 0 END,
      last_event = j.last_event + CASE WHEN told.kind = 'pause' THEN 0
        WHEN told.kind = 'progress' AND j.progress_events >= most_progress_events THEN 0 ELSE 1 END
    FROM told WHERE j.tenant_id = told."tenantId" AND j.id = told.id AND j.place = 'held' AND j.fence = told.fence
      AND NOT (told.kind = 'started' AND j.state = 'running')
    RETURNING j.tenant_id, j.id, j.last_event, j.progress, j.stage, j.progress_events, told.kind, told.detail, told.error,
      told.code, told.next_at
  )
  INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
  SELECT c.tenant_id, c.id, c.last_event, CASE c.kind WHEN 'retry' THEN 'retrying' ELSE c.kind END,
    CASE c.kind
      WHEN 'progress' THEN jsonb_build_object('stage', c.stage, 'percent', c.progress, 'detail', c.detail)
      WHEN 'retry' THEN jsonb_build_object('error', jsonb_build_object('code', c.code, 'message', c.error),
        'nextAt', to_char(c.next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      ELSE '{}' END
  FROM changed AS c
  WHERE c.kind IN ('started', 'retry') OR (c.kind = 'progress' AND c.progress_events <= most_progress_events);
END $$;

REVOKE ALL ON FUNCTION jobs.report(jsonb, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.report(jsonb, integer) TO coresdk_app;
