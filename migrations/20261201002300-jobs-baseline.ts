import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tenants' jobs, each with its events, input, output, artifacts and steps; schedules; and the workers that run jobs. Each job and each
 * schedule stores the authority that it runs under.
 */
export class JobsBaseline1796084580000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA jobs;
      GRANT USAGE ON SCHEMA jobs TO coresdk_app;

      -- The only record of a job and its result. A change to the job and the event about the change are written in one transaction.
      CREATE TABLE jobs.jobs (
        tenant_id text NOT NULL,
        id text NOT NULL,
        type text NOT NULL,
        kind text NOT NULL,
        image text NOT NULL DEFAULT '',
        -- The state that tenants see: pending, scheduling, running, succeeded, failed or cancelled.
        state text NOT NULL DEFAULT 'pending'
          CHECK (state IN ('pending', 'scheduling', 'running', 'succeeded', 'failed', 'cancelled')),
        -- The job's place in the engine: delayed until run_at, ready for a worker, or held by a worker; NULL once it has ended.
        place text DEFAULT 'ready' CHECK (place IN ('delayed', 'ready', 'held')),
        -- The rest of the request. The input is in a separate column, because it may be large.
        request jsonb NOT NULL,
        input jsonb,
        result jsonb,
        priority smallint NOT NULL DEFAULT 5,
        run_at timestamptz NOT NULL DEFAULT now(),
        timeout_seconds int NOT NULL,
        attempt int NOT NULL DEFAULT 0,
        max_attempts int NOT NULL DEFAULT 1,
        -- The number of workers to which the job has been assigned. Writes by an earlier worker are refused.
        fence int NOT NULL DEFAULT 0,
        -- The number of workers that died while running the job in this attempt.
        losses int NOT NULL DEFAULT 0,
        executor_id text,
        -- The time until which this attempt can run.
        deadline_at timestamptz,
        exit_code int,
        error_code text,
        error text,
        progress smallint NOT NULL DEFAULT 0,
        stage text NOT NULL DEFAULT '',
        -- Sequence number of the newest event, and the number of progress events.
        last_event int NOT NULL DEFAULT 0,
        progress_events int NOT NULL DEFAULT 0,
        -- The number of lines and bytes in the log, across all chunks.
        log_lines bigint NOT NULL DEFAULT 0,
        log_bytes bigint NOT NULL DEFAULT 0,
        user_id text NOT NULL DEFAULT '',
        -- The submitter (actor, application, request), on whose behalf the job runs.
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
        principal jsonb,
        -- The time when the job's authority was last checked after the job started.
        authority_checked_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX jobs_by_created ON jobs.jobs (tenant_id, created_at, id);
      CREATE INDEX jobs_by_state ON jobs.jobs (tenant_id, state, created_at, id);
      CREATE INDEX jobs_children ON jobs.jobs (tenant_id, parent_id) WHERE parent_id IS NOT NULL;
      CREATE INDEX jobs_delayed ON jobs.jobs (run_at) WHERE place = 'delayed';
      CREATE INDEX jobs_ended ON jobs.jobs (finished_at) WHERE finished_at IS NOT NULL;
      CREATE INDEX jobs_held ON jobs.jobs (executor_id) WHERE place = 'held';
      CREATE INDEX jobs_held_of_tenant ON jobs.jobs (tenant_id) WHERE place = 'held';
      -- Finds the next job: for each type and tenant, the most urgent job and, among equally urgent jobs, the one that
      -- has waited longest.
      CREATE INDEX jobs_ready ON jobs.jobs (type, tenant_id, priority DESC, run_at, id) WHERE place = 'ready';
      ALTER TABLE jobs.jobs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.jobs
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.jobs TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.jobs TO coresdk_app;

      CREATE TABLE jobs.events (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        -- 1, 2, 3 … for each job: taken from the job's row within the transaction, so that the numbers have no gaps.
        seq int NOT NULL,
        type text NOT NULL,
        data jsonb NOT NULL DEFAULT '{}',
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant_id, job_id, seq)
      );
      ALTER TABLE jobs.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.events
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.events TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.events TO coresdk_app;

      -- Inline files of requests.
      CREATE TABLE jobs.inputs (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        path text NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (tenant_id, job_id, path)
      );
      ALTER TABLE jobs.inputs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.inputs
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.inputs TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.inputs TO coresdk_app;

      -- Logs, in chunks of at most 64 KiB.
      CREATE TABLE jobs.log_chunks (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        -- The number of the chunk's first line, starting at 0, and the number of its lines.
        first_line bigint NOT NULL,
        lines int NOT NULL,
        content bytea NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (tenant_id, job_id, first_line)
      );
      ALTER TABLE jobs.log_chunks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.log_chunks
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.log_chunks TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.log_chunks TO coresdk_app;

      -- Files that jobs produced; their bytes are in object storage.
      CREATE TABLE jobs.outputs (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        key text NOT NULL,
        object text NOT NULL,
        size_bytes bigint NOT NULL,
        sha256 bytea,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        content_type text NOT NULL DEFAULT 'application/octet-stream',
        PRIMARY KEY (tenant_id, job_id, key)
      );
      ALTER TABLE jobs.outputs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.outputs
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.outputs TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.outputs TO coresdk_app;

      CREATE TABLE jobs.schedules (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        cron text NOT NULL,
        time_zone text NOT NULL,
        request jsonb NOT NULL,
        paused boolean NOT NULL DEFAULT false,
        submitted_by jsonb NOT NULL,
        -- The time of the next run. The process that advances this time submits the job in the same transaction.
        next_at timestamptz,
        last_at timestamptz,
        last_job_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        principal jsonb,
        -- NULL unless the platform paused the schedule, because the authority under which it runs has ended.
        pause_reason text,
        -- A principal who was asked to take over the schedule and has not done so yet.
        pending_owner jsonb,
        authority_checked_at timestamptz,
        put_off_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, name)
      );
      CREATE INDEX schedules_due ON jobs.schedules (next_at) WHERE next_at IS NOT NULL;
      ALTER TABLE jobs.schedules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.schedules
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.schedules TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.schedules TO coresdk_app;

      -- Processes that run jobs, with the time of each process's last heartbeat.
      CREATE TABLE jobs.executors (
        id text PRIMARY KEY,
        node text NOT NULL,
        -- Version number of the protocol by which jobs are run and retried.
        protocol int NOT NULL,
        -- Maps each job type to its kinds, or to null for any kind.
        takes jsonb NOT NULL,
        -- Increases as long as the worker is alive. Observers compare this count, not clocks.
        beats bigint NOT NULL DEFAULT 0,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        beat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- The time at which the worker was declared dead or stopped. From then on, it does not write any data, and
        -- other workers take over its work.
        gone_at timestamptz,
        -- True if the worker stopped on its own, in which case no loss is counted for the jobs that it was running.
        is_clean boolean NOT NULL DEFAULT false
      );
      ALTER TABLE jobs.executors ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON jobs.executors TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE TABLE jobs.steps (
        tenant_id text NOT NULL,
        job_id text NOT NULL,
        number int NOT NULL,
        name text NOT NULL,
        result jsonb,
        PRIMARY KEY (tenant_id, job_id, number)
      );
      ALTER TABLE jobs.steps ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON jobs.steps
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON jobs.steps TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, DELETE ON jobs.steps TO coresdk_app;

      CREATE FUNCTION jobs.let_outputs_go() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
      BEGIN
        PERFORM files.let_go(array_agg(gone.tenant_id), array_agg(gone.id)) FROM gone HAVING count(*) > 0;
        RETURN NULL;
      END $$;

      REVOKE ALL ON FUNCTION jobs.let_outputs_go() FROM PUBLIC;

      CREATE TRIGGER let_outputs_go AFTER DELETE ON jobs.jobs REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION jobs.let_outputs_go();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
