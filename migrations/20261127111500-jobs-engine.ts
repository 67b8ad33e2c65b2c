import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How workers share out the jobs of all tenants, tell of each other, and tell what their jobs do. */
export class JobsEngine1795778100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(EXECUTORS);
    await runner.query(RESUME);
    await runner.query(CLAIM);
    await runner.query(REPORTS);
    await runner.query(KEEPING);
    await runner.query(`
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO coresdk_app;
      -- Only within the functions that hold the job's row.
      REVOKE ALL ON FUNCTION jobs.resume_run(text, text, int, boolean, boolean) FROM coresdk_app;
    `);
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

const CLAIM = `
  -- Gives a worker jobs to run, up to the free places it has of each type: first what workers that are gone have left, then
  -- what waits. Of those that wait each tenant's most urgent and longest waiting come in turns, first those of tenants that
  -- have least running, and of none more than so many at a time over all workers. Which tenants are looked at goes round
  -- from call to call, so that no call costs more the more tenants there are.
  -- free: type to {places, begins (whether a run begins as it is given)}. after_tenant: where the last call ended.
  CREATE FUNCTION jobs.claim(executor text, speaks int, free jsonb, per_tenant int, after_tenant text, look_at int)
    RETURNS TABLE (tenant_id text, id text, fence int, is_known boolean, losses int, looked_up_to text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET enable_bitmapscan = off
    SET jit = off AS $$
  #variable_conflict use_column
  DECLARE
    begins text[];
    up_to text;
  BEGIN
    -- One at a time, so that the numbers of what runs are exact.
    PERFORM pg_advisory_xact_lock(4107333);
    PERFORM FROM jobs.executors AS e WHERE e.id = executor AND e.gone_at IS NULL;
    IF NOT FOUND THEN
      RETURN;
    END IF;
    SELECT coalesce(array_agg(f.key) FILTER (WHERE (f.value->>'begins')::boolean), '{}') INTO begins
    FROM jsonb_each(free) AS f;

    RETURN QUERY
    WITH gone AS (
      SELECT e.id, e.is_clean, e.protocol <> speaks AS is_other FROM jobs.executors AS e
      WHERE e.gone_at IS NOT NULL AND (e.protocol = speaks OR NOT EXISTS (
        SELECT FROM jobs.executors AS o WHERE o.gone_at IS NULL AND o.protocol = e.protocol))
    ), lost AS (
      SELECT j.tenant_id, j.id, gone.is_other, gone.is_clean FROM jsonb_each(free) AS f CROSS JOIN LATERAL (
        SELECT j.tenant_id, j.id, j.executor_id FROM jobs.jobs AS j
        WHERE j.place = 'held' AND j.executor_id IN (SELECT gone.id FROM gone) AND j.type = f.key
        LIMIT (f.value->>'places')::int FOR UPDATE OF j SKIP LOCKED
      ) AS j JOIN gone ON gone.id = j.executor_id
    ), taken AS (
      UPDATE jobs.jobs AS j SET executor_id = executor, fence = j.fence + 1,
        losses = j.losses + CASE WHEN lost.is_clean THEN 0 ELSE 1 END,
        state = CASE WHEN j.type = ANY (begins) THEN 'running' ELSE 'scheduling' END,
        deadline_at = clock_timestamp() + make_interval(secs => j.timeout_seconds),
        last_event = j.last_event + CASE WHEN j.type = ANY (begins) THEN 2 ELSE 1 END
      FROM lost WHERE j.tenant_id = lost.tenant_id AND j.id = lost.id
      RETURNING j.tenant_id, j.id, j.fence, j.type, j.attempt, j.last_event, j.losses, lost.is_other
    ), told AS (
      INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
      SELECT t.tenant_id, t.id, t.last_event - CASE WHEN t.type = ANY (begins) THEN 1 ELSE 0 END, 'scheduled',
        jsonb_build_object('node', executor, 'attempt', t.attempt) FROM taken AS t
      UNION ALL SELECT t.tenant_id, t.id, t.last_event, 'started', '{}' FROM taken AS t WHERE t.type = ANY (begins)
    )
    SELECT t.tenant_id, t.id, t.fence, jobs.resume_run(t.id, executor, speaks, false, t.is_other), t.losses, NULL::text
    FROM taken AS t;
    IF FOUND THEN
      RETURN;
    END IF;

    UPDATE jobs.jobs AS j SET place = 'ready' WHERE j.ctid = ANY (ARRAY(
      SELECT d.ctid FROM jobs.jobs AS d WHERE d.place = 'delayed' AND d.run_at <= clock_timestamp()
      ORDER BY d.run_at LIMIT 500 FOR UPDATE SKIP LOCKED));

    RETURN QUERY
    WITH RECURSIVE lanes AS (
      SELECT f.key AS type, (f.value->>'places')::int AS places FROM jsonb_each(free) AS f
    ), round AS (
      SELECT lanes.type, lanes.places, after_tenant AS tenant_id, 0 AS n, false AS is_over FROM lanes
      UNION ALL
      SELECT r.type, r.places, next.tenant_id, r.n + 1, next.is_over FROM round AS r CROSS JOIN LATERAL (
        (SELECT j.tenant_id, r.is_over FROM jobs.jobs AS j
         WHERE j.place = 'ready' AND j.type = r.type AND j.tenant_id > r.tenant_id
           AND (NOT r.is_over OR j.tenant_id <= after_tenant) ORDER BY j.tenant_id LIMIT 1)
        UNION ALL
        (SELECT j.tenant_id, true FROM jobs.jobs AS j
         WHERE NOT r.is_over AND j.place = 'ready' AND j.type = r.type AND j.tenant_id <= after_tenant
         ORDER BY j.tenant_id LIMIT 1)
        LIMIT 1
      ) AS next WHERE r.n < look_at
    ), rooms AS (
      SELECT r.type, r.places, r.tenant_id, r.n, held.n AS held FROM round AS r CROSS JOIN LATERAL (
        SELECT count(*)::int AS n FROM jobs.jobs AS j WHERE j.place = 'held' AND j.tenant_id = r.tenant_id
      ) AS held WHERE r.n > 0 AND held.n < per_tenant
    ), waiting AS (
      SELECT m.type, m.places, m.tenant_id, m.held, m.n, j.id,
        m.held + row_number() OVER (PARTITION BY m.tenant_id ORDER BY j.priority DESC, j.run_at, j.id) AS turn
      FROM rooms AS m CROSS JOIN LATERAL (
        SELECT j.id, j.priority, j.run_at FROM jobs.jobs AS j
        WHERE j.place = 'ready' AND j.type = m.type AND j.tenant_id = m.tenant_id
        ORDER BY j.priority DESC, j.run_at, j.id LIMIT least(m.places, per_tenant - m.held)
      ) AS j
    ), ranked AS (
      SELECT w.*, row_number() OVER (PARTITION BY w.type ORDER BY w.turn, w.n) AS rank
      FROM waiting AS w WHERE w.turn <= per_tenant
    ), chosen AS (
      SELECT j.tenant_id, j.id, j.state = 'pending' AS is_new FROM jobs.jobs AS j
      JOIN ranked AS r ON r.tenant_id = j.tenant_id AND r.id = j.id AND r.rank <= r.places
      WHERE j.place = 'ready' FOR UPDATE OF j SKIP LOCKED
    ), taken AS (
      UPDATE jobs.jobs AS j SET place = 'held', executor_id = executor, fence = j.fence + 1, losses = 0,
        attempt = j.attempt + CASE WHEN c.is_new THEN 1 ELSE 0 END,
        state = CASE WHEN NOT c.is_new THEN j.state WHEN j.type = ANY (begins) THEN 'running' ELSE 'scheduling' END,
        started_at = CASE WHEN j.type = ANY (begins) THEN coalesce(j.started_at, clock_timestamp()) ELSE j.started_at END,
        deadline_at = clock_timestamp() + make_interval(secs => j.timeout_seconds),
        last_event = j.last_event + CASE WHEN NOT c.is_new THEN 0 WHEN j.type = ANY (begins) THEN 2 ELSE 1 END
      FROM chosen AS c WHERE j.tenant_id = c.tenant_id AND j.id = c.id
      RETURNING j.tenant_id, j.id, j.fence, j.type, j.attempt, j.last_event, c.is_new
    ), told AS (
      INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
      SELECT t.tenant_id, t.id, t.last_event - CASE WHEN t.type = ANY (begins) THEN 1 ELSE 0 END, 'scheduled',
        jsonb_build_object('node', executor, 'attempt', t.attempt) FROM taken AS t WHERE t.is_new
      UNION ALL
      SELECT t.tenant_id, t.id, t.last_event, 'started', '{}' FROM taken AS t WHERE t.is_new AND t.type = ANY (begins)
    )
    SELECT t.tenant_id, t.id, t.fence,
      CASE WHEN t.fence = 1 THEN false ELSE jobs.resume_run(t.id, executor, speaks, t.is_new, false) END, 0,
      (SELECT max(r.tenant_id) FROM round AS r WHERE r.n = (SELECT max(last.n) FROM round AS last))
    FROM taken AS t;
  END $$;
`;

const REPORTS = `
  -- What runs tell, many at a time; of a run that is not the job's holder any more nothing is taken.
  -- reports: [{tenantId, id, fence, kind: started | progress | pause | retry, node, percent, stage, detail, error, code,
  -- waitMs}], at most one of each job.
  CREATE FUNCTION jobs.report(reports jsonb, most_progress_events int) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
  BEGIN
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

const KEEPING = `
  CREATE FUNCTION jobs.due_schedules(at_most int) RETURNS TABLE (tenant_id text, id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT s.tenant_id, s.id FROM jobs.schedules AS s WHERE s.next_at <= clock_timestamp() ORDER BY s.next_at LIMIT at_most
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
