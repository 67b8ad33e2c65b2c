import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Functions that look some jobs up by their keys, and never read the table. */
const BY_KEY = ['conclude(jsonb)', 'report(jsonb, int)', 'of_runs(jsonb)', 'stopped(jsonb)', 'newer(jsonb)'];

/** A table that has grown since it was last analysed must not be read as a small one; and planning costs more than the work. */
const PLANNED =
  'SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan';

/** How workers share out the jobs of all tenants, tell of each other, and tell what their jobs do. */
export class JobsEngine1795778100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EXECUTORS);
    await runner.query(RESUME);
    await runner.query(REPORTS);
    await runner.query(SERVED);
    await runner.query(KEEPING);
    await runner.query(`
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO coresdk_app;
      -- Only within the functions that hold the job's row.
      REVOKE ALL ON FUNCTION jobs.resume_run(text, text, int, boolean, boolean) FROM coresdk_app;
    `);
    for (const name of BY_KEY) await runner.query(`ALTER FUNCTION jobs.${name} ${PLANNED}`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}

const EXECUTORS = `
  -- Whether it ended by itself: what it left is nobody's fault.
  ALTER TABLE jobs.executors ADD COLUMN is_clean boolean NOT NULL DEFAULT false;

  CREATE FUNCTION jobs.join(executor text, on_node text, speaks int, what jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    INSERT INTO jobs.executors (id, node, protocol, takes) VALUES (executor, on_node, speaks, what)
  $$;

  -- Tells that a worker lives, and gives the others that are not known to be gone, each with how often it has told so.
  -- Gives nothing, not even itself, when this one is taken for dead: it must not go on.
  CREATE FUNCTION jobs.beat(executor text) RETURNS TABLE (id text, beats bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  #variable_conflict use_column
  BEGIN
    UPDATE jobs.executors SET beats = beats + 1, beat_at = clock_timestamp() WHERE id = executor AND gone_at IS NULL;
    IF FOUND THEN
      RETURN QUERY SELECT e.id, e.beats FROM jobs.executors AS e WHERE e.gone_at IS NULL;
    END IF;
  END $$;

  -- A worker is gone: it ended, or was not heard of since it had told so many times that it lives. Whoever sees it as it
  -- tells once more loses. From then on nothing of what it held is its own.
  CREATE FUNCTION jobs.leave(executor text, heard bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  BEGIN
    UPDATE jobs.executors SET gone_at = clock_timestamp(), is_clean = heard IS NULL
    WHERE id = executor AND gone_at IS NULL AND (heard IS NULL OR beats = heard);
    RETURN FOUND;
  END $$;
`;

const RESUME = `
  -- Has the engine run a job on where it was, in the queue of the worker that has it now, as the engine's own recovery does:
  -- what it has finished stays. Whoever calls this holds the job's row and has just become its holder, which is the fence.
  -- anew: the attempt before has failed; what its first failed step and those after it gave is forgotten.
  -- afresh: nothing of it is kept, as another protocol would run on from it otherwise.
  -- Returns whether the engine knows the job: if not, it is to be started.
  CREATE FUNCTION jobs.resume_run(job text, executor text, speaks int, anew boolean, afresh boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  DECLARE
    now_ms bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
  BEGIN
    IF afresh THEN
      DELETE FROM dbos.operation_outputs WHERE workflow_uuid = job;
      DELETE FROM dbos.workflow_input WHERE workflow_uuid = job;
      DELETE FROM dbos.workflow_output WHERE workflow_uuid = job;
      DELETE FROM dbos.workflow_status WHERE workflow_uuid = job;
      RETURN false;
    END IF;
    UPDATE dbos.workflow_status SET status = 'ENQUEUED', queue_name = 'jobs-' || executor, executor_id = executor,
      application_version = speaks::text, owner_xid = NULL, started_at_epoch_ms = NULL, completed_at = NULL,
      recovery_attempts = 0, output = NULL, error = NULL, updated_at = now_ms
    WHERE workflow_uuid = job;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    DELETE FROM dbos.workflow_output WHERE workflow_uuid = job;
    IF anew THEN
      DELETE FROM dbos.operation_outputs WHERE workflow_uuid = job AND function_id >= (
        SELECT min(function_id) FROM dbos.operation_outputs WHERE workflow_uuid = job AND error IS NOT NULL);
    END IF;
    RETURN true;
  END $$;
`;

const REPORTS = `
  -- What runs tell, many at a time; of a run that is not the job's holder any more nothing is taken.
  -- reports: [{tenantId, id, fence, kind: started | progress | pause | retry, node, percent, stage, detail, error, code,
  -- waitMs}], at most one of each job.
  CREATE FUNCTION jobs.report(reports jsonb, most_progress_events int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  BEGIN
    -- In one order, as whoever writes logs of the same jobs.
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

  -- The jobs of runs, of any tenants.
  CREATE FUNCTION jobs.of_runs(runs jsonb) RETURNS SETOF jobs.jobs
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT j.* FROM jsonb_to_recordset(runs) AS r ("tenantId" text, id text, fence int)
    JOIN jobs.jobs AS j ON j.tenant_id = r."tenantId" AND j.id = r.id AND j.fence = r.fence AND j.place = 'held'
  $$;

  CREATE FUNCTION jobs.held_by(executor text) RETURNS TABLE (tenant_id text, id text, fence int, losses int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT j.tenant_id, j.id, j.fence, j.losses FROM jobs.jobs AS j WHERE j.place = 'held' AND j.executor_id = executor
  $$;

  -- Of jobs that are watched, those of which there is more than the watcher has.
  CREATE FUNCTION jobs.newer(watched jsonb) RETURNS TABLE (id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT DISTINCT w.id FROM jsonb_to_recordset(watched) AS w ("tenantId" text, id text, seq int)
    JOIN jobs.jobs AS j ON j.tenant_id = w."tenantId" AND j.id = w.id AND j.last_event > w.seq
  $$;

  -- Has the engine go on with a run that was given out and never began.
  CREATE FUNCTION jobs.nudge(of_tenant text, job text, as_fence int, executor text, speaks int) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  BEGIN
    PERFORM FROM jobs.jobs AS j WHERE j.tenant_id = of_tenant AND j.id = job AND j.fence = as_fence AND j.place = 'held'
      AND j.executor_id = executor FOR UPDATE;
    RETURN FOUND AND jobs.resume_run(job, executor, speaks, false, false);
  END $$;

  -- Of runs, those that are to end: their job has ended, or is another's.
  CREATE FUNCTION jobs.stopped(runs jsonb) RETURNS TABLE (id text, fence int, is_over boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT r.id, r.fence, j.place IS NULL
    FROM jsonb_to_recordset(runs) AS r ("tenantId" text, id text, fence int)
    LEFT JOIN jobs.jobs AS j ON j.tenant_id = r."tenantId" AND j.id = r.id
    WHERE j.id IS NULL OR j.place IS DISTINCT FROM 'held' OR j.fence <> r.fence
  $$;
`;

const SERVED = `
  -- Whether a tenant is there and not served now: its jobs wait for its activation.
  CREATE FUNCTION tenants.is_held_back(wanted text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT EXISTS (SELECT FROM tenants.tenants WHERE id = wanted AND status <> 'active')
  $$;
  REVOKE ALL ON FUNCTION tenants.is_held_back(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION tenants.is_held_back(text) TO coresdk_app;
`;

const KEEPING = `
  CREATE FUNCTION jobs.due_schedules(at_most int) RETURNS TABLE (tenant_id text, id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT s.tenant_id, s.id FROM jobs.schedules AS s
    WHERE s.next_at <= clock_timestamp() AND NOT tenants.is_held_back(s.tenant_id) ORDER BY s.next_at LIMIT at_most
  $$;

  -- Forgets jobs that ended so many days ago, with all that is theirs, and workers that are gone; a few at a time.
  CREATE FUNCTION jobs.sweep(kept_days int, at_most int) RETURNS int
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
    ), outputs AS (
      DELETE FROM jobs.outputs AS e USING old WHERE e.tenant_id = old.tenant_id AND e.job_id = old.id
    )
    DELETE FROM jobs.jobs AS j USING old WHERE j.tenant_id = old.tenant_id AND j.id = old.id;
    GET DIAGNOSTICS swept = ROW_COUNT;
    DELETE FROM dbos.queues AS q USING jobs.executors AS e
    WHERE q.name = 'jobs-' || e.id AND e.gone_at < clock_timestamp() - interval '1 hour'
      AND NOT EXISTS (SELECT FROM jobs.jobs AS j WHERE j.place = 'held' AND j.executor_id = e.id);
    DELETE FROM jobs.executors AS e WHERE e.gone_at < clock_timestamp() - interval '1 hour'
      AND NOT EXISTS (SELECT FROM jobs.jobs AS j WHERE j.place = 'held' AND j.executor_id = e.id);
    RETURN swept;
  END $$;
`;
