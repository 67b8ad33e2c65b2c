import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Workflows with all their versions, the state of each step in their runs, and the triggers other than people and schedules: platform
 * events and signed external calls.
 */
export class WorkflowsBaseline1796084700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA workflows;
      GRANT USAGE ON SCHEMA workflows TO coresdk_app;

      CREATE TABLE workflows.workflows (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        status text NOT NULL CHECK (status IN ('active', 'draft', 'disabled')),
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        -- A run that has begun finishes with the version with which it started. The row is deleted with the last of these
        -- runs.
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX workflows_by_creation ON workflows.workflows (tenant_id, created_at, id);
      CREATE UNIQUE INDEX workflows_by_name ON workflows.workflows (tenant_id, name) WHERE deleted_at IS NULL;
      ALTER TABLE workflows.workflows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON workflows.workflows
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON workflows.workflows TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON workflows.workflows TO coresdk_app;

      CREATE TABLE workflows.versions (
        tenant_id text NOT NULL,
        id text NOT NULL,
        version int NOT NULL,
        -- The type is json, because people read the members in their original order.
        definition json NOT NULL,
        -- The images of the skill versions that the definition names, by the names that it uses.
        pins jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, id, version),
        FOREIGN KEY (tenant_id, id) REFERENCES workflows.workflows (tenant_id, id) ON DELETE CASCADE
      );
      ALTER TABLE workflows.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON workflows.versions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON workflows.versions TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, DELETE ON workflows.versions TO coresdk_app;

      -- A run is a job, and is deleted with it.
      CREATE TABLE workflows.runs (
        tenant_id text NOT NULL,
        id text NOT NULL,
        workflow_id text NOT NULL,
        version int NOT NULL,
        -- The run whose steps this run undoes.
        undoes text,
        -- From this time on, no data about the run's steps is stored.
        closed_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, id) REFERENCES jobs.jobs (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, workflow_id, version) REFERENCES workflows.versions (tenant_id, id, version)
      );
      CREATE INDEX runs_by_version ON workflows.runs (tenant_id, workflow_id, version);
      ALTER TABLE workflows.runs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON workflows.runs
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON workflows.runs TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON workflows.runs TO coresdk_app;

      CREATE TABLE workflows.steps (
        tenant_id text NOT NULL,
        run_id text NOT NULL,
        step_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'waiting', 'succeeded', 'failed', 'skipped')),
        attempt int NOT NULL DEFAULT 1,
        output json,
        error json,
        -- The time when a wait ends, an approval expires, or the next attempt begins.
        due_at timestamptz,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        PRIMARY KEY (tenant_id, run_id, step_id),
        FOREIGN KEY (tenant_id, run_id) REFERENCES workflows.runs (tenant_id, id) ON DELETE CASCADE
      );
      ALTER TABLE workflows.steps ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON workflows.steps
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON workflows.steps TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON workflows.steps TO coresdk_app;

      -- The triggers of workflows whose newest version is triggered by events or by external calls.
      CREATE TABLE workflows.triggers (
        tenant_id text NOT NULL,
        workflow_id text NOT NULL,
        type text NOT NULL CHECK (type IN ('event', 'webhook')),
        -- True if the workflow is active.
        is_armed boolean NOT NULL,
        -- The event type or family of types that triggers the workflow.
        event text,
        -- Only events from transactions that began after this transaction count.
        from_xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        from_at timestamptz NOT NULL DEFAULT now(),
        -- The principal who saved the workflow, on whose behalf it runs.
        submitted_by jsonb NOT NULL,
        -- The secret that signs calls, and the previous secret while both are valid. Empty until a secret is created.
        key_id text,
        sealed bytea,
        previous_key_id text,
        previous_sealed bytea,
        previous_until timestamptz,
        principal jsonb,
        -- NULL unless the platform paused the workflow, because the authority that its runs use has ended.
        pause_reason text,
        -- A principal who was asked to take over the workflow and has not done so yet.
        pending_owner jsonb,
        authority_checked_at timestamptz,
        PRIMARY KEY (tenant_id, workflow_id),
        FOREIGN KEY (tenant_id, workflow_id) REFERENCES workflows.workflows (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX triggers_armed ON workflows.triggers (from_xid) WHERE type = 'event' AND is_armed;
      CREATE INDEX triggers_hooks ON workflows.triggers (workflow_id) WHERE type = 'webhook';
      ALTER TABLE workflows.triggers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON workflows.triggers
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON workflows.triggers TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON workflows.triggers TO coresdk_app;

      -- Each event or call that triggers a workflow, recorded once.
      CREATE TABLE workflows.firings (
        tenant_id text NOT NULL,
        workflow_id text NOT NULL,
        -- The id of the event or of the call.
        key text NOT NULL,
        -- The version and the submitter stay the same for all attempts, because all attempts are for one job.
        version int NOT NULL,
        submitted_by jsonb NOT NULL,
        -- The position of the event among all events.
        place text,
        -- SHA-256 of the payload.
        digest bytea,
        job_id text,
        -- The reason why no job will be created.
        error text,
        attempts int NOT NULL DEFAULT 0,
        -- The time of the next attempt; NULL if no retry is needed here.
        due_at timestamptz,
        at timestamptz NOT NULL DEFAULT now(),
        principal jsonb,
        PRIMARY KEY (tenant_id, workflow_id, key),
        FOREIGN KEY (tenant_id, workflow_id) REFERENCES workflows.workflows (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX firings_by_age ON workflows.firings (at);
      CREATE INDEX firings_due ON workflows.firings (tenant_id, due_at) WHERE due_at IS NOT NULL;
      ALTER TABLE workflows.firings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON workflows.firings
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON workflows.firings TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON workflows.firings TO coresdk_app;

      -- The position up to which the events of all tenants have been read; NULL if none have been read yet.
      CREATE TABLE workflows.intake (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        place text,
        -- The same, as a position in the feed. While it is NULL, \`place\` applies, which versions before 0.1.1 wrote.
        feed_place text
      );
      ALTER TABLE workflows.intake ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON workflows.intake TO CURRENT_USER USING (true) WITH CHECK (true);
      INSERT INTO workflows.intake DEFAULT VALUES;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
