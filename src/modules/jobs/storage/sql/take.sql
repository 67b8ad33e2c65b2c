-- Assigns jobs to a worker, up to its free slots of each type: first the jobs of lost workers, then waiting jobs. The steps of a run of
-- another protocol are deleted, so that the run starts over. Tenants take turns, and the tenants with the fewest running jobs come first.
-- Each tenant's most urgent jobs come first, and among equally urgent jobs the ones that have waited longest. No tenant exceeds a limit
-- across all workers. The tenants to visit rotate from call to call, so that the cost of a call does not grow with the number of tenants.
-- Jobs of tenants that are not visited wait. A worker that joined with a list of kinds for a type does not receive other kinds of that
-- type: such jobs wait for a worker that accepts them.
-- free: type to {places, begins (whether a run starts as soon as it is assigned), most (number of this worker's slots that one tenant can
-- use), taken (tenant to the number of slots that it uses)}. after_tenant: the tenant at which the last call ended. looked_up_to: the
-- tenant at which this call ended. It is also returned without a job, because other tenants can wait behind tenants that cannot run a job
-- now.
CREATE OR REPLACE FUNCTION jobs.take(executor text, speaks int, free jsonb, per_tenant int, after_tenant text, look_at int)
  RETURNS TABLE (job jobs.jobs, looked_up_to text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET enable_bitmapscan = off
  SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  begins text[];
  taken_kinds jsonb;
BEGIN
  -- One at a time, so that the counts of running jobs are exact.
  PERFORM pg_advisory_xact_lock(4107333);
  SELECT e.takes INTO taken_kinds FROM jobs.executors AS e WHERE e.id = executor AND e.gone_at IS NULL;
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
        AND jobs.is_among(taken_kinds->f.key, j.kind)
      LIMIT (f.value->>'places')::int FOR UPDATE OF j SKIP LOCKED
    ) AS j JOIN gone ON gone.id = j.executor_id
  ), taken AS (
    UPDATE jobs.jobs AS j SET executor_id = executor, fence = j.fence + 1,
      losses = j.losses + CASE WHEN lost.is_clean THEN 0 ELSE 1 END,
      state = CASE WHEN j.type = ANY (begins) THEN 'running' ELSE 'scheduling' END,
      deadline_at = clock_timestamp() + make_interval(secs => j.timeout_seconds),
      last_event = j.last_event + CASE WHEN j.type = ANY (begins) THEN 2 ELSE 1 END
    FROM lost WHERE j.tenant_id = lost.tenant_id AND j.id = lost.id
    RETURNING j.tenant_id, j.id, j.type, j.attempt, j.last_event, lost.is_other, j AS job
  ), told AS (
    INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
    SELECT t.tenant_id, t.id, t.last_event - CASE WHEN t.type = ANY (begins) THEN 1 ELSE 0 END, 'scheduled',
      jsonb_build_object('node', executor, 'attempt', t.attempt) FROM taken AS t
    UNION ALL SELECT t.tenant_id, t.id, t.last_event, 'started', '{}' FROM taken AS t WHERE t.type = ANY (begins)
  ), forgotten AS (
    DELETE FROM jobs.steps AS s USING taken AS t WHERE t.is_other AND s.tenant_id = t.tenant_id AND s.job_id = t.id
  )
  SELECT t.job, NULL::text FROM taken AS t;
  IF FOUND THEN
    RETURN;
  END IF;

  UPDATE jobs.jobs AS j SET place = 'ready' WHERE j.ctid = ANY (ARRAY(
    SELECT d.ctid FROM jobs.jobs AS d WHERE d.place = 'delayed' AND d.run_at <= clock_timestamp()
    ORDER BY d.run_at LIMIT 500 FOR UPDATE SKIP LOCKED));

  RETURN QUERY
  WITH RECURSIVE lanes AS (
    SELECT f.key AS type, (f.value->>'places')::int AS places, (f.value->>'most')::int AS most, f.value->'taken' AS taken,
      taken_kinds->f.key AS kinds
    FROM jsonb_each(free) AS f
  ), round AS (
    SELECT lanes.type, lanes.places, lanes.kinds, after_tenant AS tenant_id, 0 AS n, false AS is_over FROM lanes
    UNION ALL
    SELECT r.type, r.places, r.kinds, next.tenant_id, r.n + 1, next.is_over FROM round AS r CROSS JOIN LATERAL (
      (SELECT j.tenant_id, r.is_over FROM jobs.jobs AS j
       WHERE j.place = 'ready' AND j.type = r.type AND jobs.is_among(r.kinds, j.kind) AND j.tenant_id > r.tenant_id
         AND (NOT r.is_over OR j.tenant_id <= after_tenant) ORDER BY j.tenant_id LIMIT 1)
      UNION ALL
      (SELECT j.tenant_id, true FROM jobs.jobs AS j
       WHERE NOT r.is_over AND j.place = 'ready' AND j.type = r.type AND jobs.is_among(r.kinds, j.kind) AND j.tenant_id <= after_tenant
       ORDER BY j.tenant_id LIMIT 1)
      LIMIT 1
    ) AS next WHERE r.n < look_at
  ), rooms AS (
    SELECT r.type, r.places, r.kinds, r.tenant_id, r.n, held.n AS held, room.n AS room
    FROM round AS r JOIN lanes ON lanes.type = r.type CROSS JOIN LATERAL (
      SELECT count(*)::int AS n FROM jobs.jobs AS j WHERE j.place = 'held' AND j.tenant_id = r.tenant_id
    ) AS held CROSS JOIN LATERAL (
      SELECT least(per_tenant - held.n, lanes.most - coalesce((lanes.taken->>r.tenant_id)::int, 0)) AS n
    ) AS room WHERE r.n > 0 AND room.n > 0 AND NOT tenants.is_held_back(r.tenant_id)
  ), waiting AS (
    SELECT m.type, m.places, m.tenant_id, m.n, j.id,
      m.held + row_number() OVER (PARTITION BY m.tenant_id ORDER BY j.priority DESC, j.run_at, j.id) AS turn
    FROM rooms AS m CROSS JOIN LATERAL (
      SELECT j.id, j.priority, j.run_at FROM jobs.jobs AS j
      WHERE j.place = 'ready' AND j.type = m.type AND j.tenant_id = m.tenant_id AND jobs.is_among(m.kinds, j.kind)
      ORDER BY j.priority DESC, j.run_at, j.id LIMIT least(m.places, m.room)
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
    RETURNING j.tenant_id, j.id, j.type, j.attempt, j.last_event, c.is_new, j AS job
  ), told AS (
    INSERT INTO jobs.events (tenant_id, job_id, seq, type, data)
    SELECT t.tenant_id, t.id, t.last_event - CASE WHEN t.type = ANY (begins) THEN 1 ELSE 0 END, 'scheduled',
      jsonb_build_object('node', executor, 'attempt', t.attempt) FROM taken AS t WHERE t.is_new
    UNION ALL
    SELECT t.tenant_id, t.id, t.last_event, 'started', '{}' FROM taken AS t WHERE t.is_new AND t.type = ANY (begins)
  )
  SELECT t.job, looked.up_to
  FROM (SELECT r.tenant_id AS up_to FROM round AS r WHERE r.n > 0 ORDER BY r.n DESC, r.tenant_id DESC LIMIT 1) AS looked
  LEFT JOIN taken AS t ON true;
END $$;

REVOKE ALL ON FUNCTION jobs.take(text, integer, jsonb, integer, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs.take(text, integer, jsonb, integer, text, integer) TO coresdk_app;
