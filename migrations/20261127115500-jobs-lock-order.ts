import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Functions that look some jobs up by their keys, and never read the table. */
const BY_KEY = ['conclude(jsonb)', 'report(jsonb, int)', 'of_runs(jsonb)', 'stopped(jsonb)', 'newer(jsonb)'];

/** A table that has grown since it was last analysed must not be read as a small one; and planning costs more than the work. */
const PLANNED =
  'SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan';

/** Who writes for many jobs at once takes their rows in one order, so that no two wait for each other. */
export class JobsLockOrder1795780500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Ends jobs, each if it has not ended and is still whose it is meant to be: of all who would end it one does. Gives
      -- those that did end now. fence: of the run that ends it; null: whoever has it.
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
        ), stopped AS (
          UPDATE dbos.workflow_status AS w SET status = 'CANCELLED', owner_xid = NULL, queue_name = NULL,
            updated_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
            completed_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
          FROM ended WHERE w.workflow_uuid = ended.id AND ended.state = 'cancelled' AND w.status IN ('PENDING', 'ENQUEUED')
        )
        SELECT ended.tenant_id, ended.id, ended.executor_id FROM ended;
      END $$;

  -- What runs tell, many at a time; of a run that is not the job's holder any more nothing is taken.
  -- reports: [{tenantId, id, fence, kind: started | progress | pause | retry, node, percent, stage, detail, error, code,
  -- waitMs}], at most one of each job.
  CREATE OR REPLACE FUNCTION jobs.report(reports jsonb, most_progress_events int) RETURNS void
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
    `);
    for (const name of BY_KEY) await runner.query(`ALTER FUNCTION jobs.${name} ${PLANNED}`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
