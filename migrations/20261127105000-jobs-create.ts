import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables that a tenant's rows are in. */
const TABLES = ['jobs', 'events', 'inputs', 'log_chunks', 'outputs', 'schedules'];

/** What tenants have run: each job with what happens to it, what it is given, says and leaves, and who runs jobs. */
export class JobsCreate1795776600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA jobs;
      GRANT USAGE ON SCHEMA jobs TO coresdk_app;

      -- The one record of what a job is and has come to. A change of it and the event that tells of it are one transaction.
      CREATE TABLE jobs.jobs (
        tenant_id text NOT NULL,
        id text NOT NULL,
        type text NOT NULL,
        kind text NOT NULL,
        image text NOT NULL DEFAULT '',
        -- What tenants see: pending, scheduling, running, succeeded, failed or cancelled.
        state text NOT NULL DEFAULT 'pending'
          CHECK (state IN ('pending', 'scheduling', 'running', 'succeeded', 'failed', 'cancelled')),
        -- Where the engine has it: delayed until run_at, ready for a worker, held by one; NULL once it has ended.
        place text DEFAULT 'ready' CHECK (place IN ('delayed', 'ready', 'held')),
        -- The rest of the request; the input is apart, as it may be large.
        request jsonb NOT NULL,
        input jsonb,
        result jsonb,
        priority smallint NOT NULL DEFAULT 5,
        run_at timestamptz NOT NULL DEFAULT now(),
        timeout_seconds int NOT NULL,
        attempt int NOT NULL DEFAULT 0,
        max_attempts int NOT NULL DEFAULT 1,
        -- Counts whoever was given the job: what an earlier one writes is refused.
        fence int NOT NULL DEFAULT 0,
        -- Workers that died with it, in this attempt.
        losses int NOT NULL DEFAULT 0,
        executor_id text,
        -- Until when this attempt may run.
        deadline_at timestamptz,
        exit_code int,
        error_code text,
        error text,
        progress smallint NOT NULL DEFAULT 0,
        stage text NOT NULL DEFAULT '',
        -- Sequence number of the newest event, and how many of them told of progress.
        last_event int NOT NULL DEFAULT 0,
        progress_events int NOT NULL DEFAULT 0,
        -- Lines and bytes of the log, over all chunks.
        log_lines bigint NOT NULL DEFAULT 0,
        log_bytes bigint NOT NULL DEFAULT 0,
        user_id text NOT NULL DEFAULT '',
        -- Who handed it in (actor, application, request), and is acted for.
        submitted_by jsonb NOT NULL,
        secret_names text[] NOT NULL DEFAULT '{}',
        cancel_reason text NOT NULL DEFAULT '',
        parent_id text,
        depth smallint NOT NULL DEFAULT 0,
        schedule_id text,
        requeued_from text,
        requeued_as text,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        started_at timestamptz,
        finished_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX jobs_by_created ON jobs.jobs (tenant_id, created_at, id);
      CREATE INDEX jobs_by_state ON jobs.jobs (tenant_id, state, created_at, id);
      -- Who is next: of each type and tenant the most urgent, then the longest waiting.
      CREATE INDEX jobs_ready ON jobs.jobs (type, tenant_id, priority DESC, run_at, id) WHERE place = 'ready';
      CREATE INDEX jobs_delayed ON jobs.jobs (run_at) WHERE place = 'delayed';
      CREATE INDEX jobs_held ON jobs.jobs (executor_id) WHERE place = 'held';
      CREATE INDEX jobs_held_of_tenant ON jobs.jobs (tenant_id) WHERE place = 'held';
      CREATE INDEX jobs_ended ON jobs.jobs (finished_at) WHERE finished_at IS NOT NULL;
      CREATE INDEX jobs_children ON jobs.jobs (tenant_id, parent_id) WHERE parent_id IS NOT NULL;

      CREATE TABLE jobs.events (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        -- 1, 2, 3 … of each job: taken from the job's row within the transaction, so that none is missing.
        seq int NOT NULL,
        type text NOT NULL,
        data jsonb NOT NULL DEFAULT '{}',
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant_id, job_id, seq)
      );

      -- Inline files of requests.
      CREATE TABLE jobs.inputs (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        path text NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (tenant_id, job_id, path)
      );

      -- The log, in pieces of at most 64 KiB.
      CREATE TABLE jobs.log_chunks (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        -- Number of its first line, from 0 on, and how many it has.
        first_line bigint NOT NULL,
        lines int NOT NULL,
        content bytea NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant_id, job_id, first_line)
      );

      -- Files that jobs left; their bytes are at the object storage.
      CREATE TABLE jobs.outputs (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        key text NOT NULL,
        object text NOT NULL,
        size_bytes bigint NOT NULL,
        sha256 bytea,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant_id, job_id, key)
      );

      CREATE TABLE jobs.schedules (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        cron text NOT NULL,
        time_zone text NOT NULL,
        request jsonb NOT NULL,
        paused boolean NOT NULL DEFAULT false,
        submitted_by jsonb NOT NULL,
        -- The tick that is next: who moves it on hands the job in, in one transaction.
        next_at timestamptz,
        last_at timestamptz,
        last_job_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, name)
      );
      CREATE INDEX schedules_due ON jobs.schedules (next_at) WHERE next_at IS NOT NULL;

      -- Processes that run jobs, and when each was last heard of.
      CREATE TABLE jobs.executors (
        id text PRIMARY KEY,
        node text NOT NULL,
        -- Number of the protocol by which jobs are run and run again.
        protocol int NOT NULL,
        -- Type to its kinds, or to null for any.
        takes jsonb NOT NULL,
        -- Counts up while it lives: who looks on goes by that, and not by anybody's clock.
        beats bigint NOT NULL DEFAULT 0,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        beat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Since when it is taken for dead, or has ended: it writes nothing any more, and others take what it had.
        gone_at timestamptz
      );
      ALTER TABLE jobs.executors ENABLE ROW LEVEL SECURITY;
      ALTER TABLE jobs.executors FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON jobs.executors TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
    for (const table of TABLES) {
      await runner.query(`
        ALTER TABLE jobs.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE jobs.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON jobs.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON jobs.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      -- What is durable of a running job lies with the engine, which knows no tenants: it goes with the job.
      CREATE FUNCTION jobs.forget_run() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        DELETE FROM dbos.operation_outputs WHERE workflow_uuid = old.id;
        DELETE FROM dbos.workflow_input WHERE workflow_uuid = old.id;
        DELETE FROM dbos.workflow_output WHERE workflow_uuid = old.id;
        DELETE FROM dbos.workflow_status WHERE workflow_uuid = old.id;
        RETURN old;
      END $$;
      CREATE TRIGGER forget_run AFTER DELETE ON jobs.jobs FOR EACH ROW EXECUTE FUNCTION jobs.forget_run();

      -- Ends jobs, each if it has not ended and is still whose it is meant to be: of all who would end it one does. Gives
      -- those that did end now. fence: of the run that ends it; null: whoever has it.
      CREATE FUNCTION jobs.conclude(outcomes jsonb) RETURNS TABLE (tenant_id text, id text, executor_id text)
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

      -- Types and kinds that workers take, or took a little while ago: null among the kinds is any.
      CREATE FUNCTION jobs.takes(within_seconds int) RETURNS TABLE (type text, kind text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT DISTINCT t.key, k.value #>> '{}'
        FROM jobs.executors AS e, jsonb_each(e.takes) AS t,
          jsonb_array_elements(CASE jsonb_typeof(t.value) WHEN 'array' THEN t.value ELSE '[null]' END) AS k
        WHERE e.beat_at > clock_timestamp() - make_interval(secs => within_seconds)
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
