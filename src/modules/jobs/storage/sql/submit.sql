-- Writes jobs, each with its first events, its inline files and the audit record of its submission. Returns the jobs that did not exist
-- yet. A job for which this worker has reserved a slot (`hasPlace`) is immediately assigned to the worker, as jobs.take would assign it.
-- The job waits instead if its tenant has other waiting jobs, already runs as many jobs as it is allowed to, or is held back.
-- batch: [{tenantId, id, type, kind, image, request, input, files: {path: base64}, priority, delaySeconds, timeoutSeconds, maxAttempts,
-- userId, submitter, principal, parentId, depth, scheduleId, requeuedFrom, hasPlace, begins, staged: {id, topic, payload}}]. worker: null
-- when no slot is reserved.
CREATE OR REPLACE FUNCTION jobs.submit(batch jsonb, worker text, per_tenant int) RETURNS SETOF jobs.jobs
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  of_tenant text := kernel.current_tenant();
BEGIN
  -- Enforces tenant isolation, as the tables' policies do: a transaction of one tenant cannot write rows of another tenant.
  IF of_tenant IS NOT NULL AND EXISTS (SELECT FROM jsonb_array_elements(batch) AS g WHERE g->>'tenantId' <> of_tenant) THEN
    RAISE insufficient_privilege USING MESSAGE = 'A job of another tenant.';
  END IF;
  IF worker IS NOT NULL THEN
    -- One at a time, as in jobs.take, so that the counts of running jobs are exact.
    PERFORM pg_advisory_xact_lock(4107333);
    SELECT e.id INTO worker FROM jobs.executors AS e WHERE e.id = worker AND e.gone_at IS NULL;
  END IF;
  RETURN QUERY WITH given AS MATERIALIZED (
    SELECT g.*, worker IS NOT NULL AND g."hasPlace" AND NOT tenants.is_held_back(g."tenantId")
        -- Not written as NOT EXISTS, because the server might then read all waiting jobs.
        AND (SELECT true FROM jobs.jobs AS j WHERE j.place = 'ready' AND j.tenant_id = g."tenantId" AND j.type = g.type LIMIT 1)
          IS NULL
        AND (SELECT count(*) FROM jobs.jobs AS j WHERE j.place = 'held' AND j.tenant_id = g."tenantId")
          + row_number() OVER (PARTITION BY g."tenantId", g."hasPlace") <= per_tenant AS is_taken
    FROM jsonb_to_recordset(batch) AS g ("tenantId" text, id text, type text, kind text, image text, request jsonb,
      input jsonb, files jsonb, priority smallint, "delaySeconds" double precision, "timeoutSeconds" int, "maxAttempts" int,
      "userId" text, submitter jsonb, principal jsonb, "parentId" text, depth smallint, "scheduleId" text,
      "requeuedFrom" text, "hasPlace" boolean, begins boolean, staged jsonb)
  ), made AS (
    INSERT INTO jobs.jobs (tenant_id, id, type, kind, image, request, input, priority, run_at, timeout_seconds, max_attempts,
      user_id, submitted_by, principal, parent_id, depth, schedule_id, requeued_from,
      place, state, executor_id, fence, attempt, started_at, deadline_at, last_event)
    SELECT g."tenantId", g.id, g.type, g.kind, g.image, g.request, g.input, g.priority,
      clock_timestamp() + make_interval(secs => g."delaySeconds"), g."timeoutSeconds", g."maxAttempts",
      g."userId", g.submitter, g.principal, g."parentId", g.depth, g."scheduleId", g."requeuedFrom",
      CASE WHEN g.is_taken THEN 'held' WHEN g."delaySeconds" > 0 THEN 'delayed' ELSE 'ready' END,
      CASE WHEN NOT g.is_taken THEN 'pending' WHEN g.begins THEN 'running' ELSE 'scheduling' END,
      CASE WHEN g.is_taken THEN worker END, g.is_taken::int, g.is_taken::int,
      CASE WHEN g.is_taken AND g.begins THEN clock_timestamp() END,
      CASE WHEN g.is_taken THEN clock_timestamp() + make_interval(secs => g."timeoutSeconds") END,
      CASE WHEN NOT g.is_taken THEN 1 WHEN g.begins THEN 3 ELSE 2 END
    FROM given AS g
    ON CONFLICT DO NOTHING RETURNING *
  ), told AS (
    INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
    SELECT m.tenant_id, m.id, 1, 'created', jsonb_build_object('image', m.image) FROM made AS m
    UNION ALL
    SELECT m.tenant_id, m.id, 2, 'scheduled', jsonb_build_object('node', worker, 'attempt', 1)
    FROM made AS m WHERE m.place = 'held'
    UNION ALL SELECT m.tenant_id, m.id, 3, 'started', '{}' FROM made AS m WHERE m.last_event = 3
  ), filed AS (
    INSERT INTO jobs.inputs (tenant_id, job_id, path, content)
    SELECT m.tenant_id, m.id, f.path, decode(f.content, 'base64')
    FROM made AS m JOIN given AS g ON g."tenantId" = m.tenant_id AND g.id = m.id, jsonb_each_text(g.files) AS f (path, content)
  ), staged AS (
    INSERT INTO kernel.outbox (id, topic, tenant_id, payload)
    SELECT g.staged->>'id', g.staged->>'topic', m.tenant_id, g.staged->'payload'
    FROM made AS m JOIN given AS g ON g."tenantId" = m.tenant_id AND g.id = m.id
  )
  SELECT * FROM made;
END $$;

REVOKE ALL ON FUNCTION jobs.submit(jsonb, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.submit(jsonb, text, integer) TO coresdk_app;
