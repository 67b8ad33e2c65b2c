import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workflows with all their versions, and how the steps of their runs stand. */
export class WorkflowsCreate1795780560000 implements MigrationInterface {
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
        -- Runs that have begun end on their version: the row goes with the last of them.
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE UNIQUE INDEX workflows_by_name ON workflows.workflows (tenant_id, name) WHERE deleted_at IS NULL;
      CREATE INDEX workflows_by_creation ON workflows.workflows (tenant_id, created_at, id);

      CREATE TABLE workflows.versions (
        tenant_id text NOT NULL,
        id text NOT NULL,
        version int NOT NULL,
        -- json, as the order of members is what people read.
        definition json NOT NULL,
        -- Images of the skill versions that it names, by its own words.
        pins jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, id, version),
        FOREIGN KEY (tenant_id, id) REFERENCES workflows.workflows ON DELETE CASCADE
      );

      -- A run is a job, and goes with it.
      CREATE TABLE workflows.runs (
        tenant_id text NOT NULL,
        id text NOT NULL,
        workflow_id text NOT NULL,
        version int NOT NULL,
        -- The run whose steps it undoes.
        undoes text,
        -- Nothing of its steps is stored any more.
        closed_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, id) REFERENCES jobs.jobs ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, workflow_id, version) REFERENCES workflows.versions
      );
      CREATE INDEX runs_by_version ON workflows.runs (tenant_id, workflow_id, version);

      CREATE TABLE workflows.steps (
        tenant_id text NOT NULL,
        run_id text NOT NULL,
        step_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'waiting', 'succeeded', 'failed', 'skipped')),
        attempt int NOT NULL DEFAULT 1,
        output json,
        error json,
        -- When a wait is over, an approval expires, or the next attempt begins.
        due_at timestamptz,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        ended_at timestamptz,
        PRIMARY KEY (tenant_id, run_id, step_id),
        FOREIGN KEY (tenant_id, run_id) REFERENCES workflows.runs ON DELETE CASCADE
      );
    `);
    for (const [table, rights] of [
      ['workflows', 'SELECT, INSERT, UPDATE, DELETE'],
      ['versions', 'SELECT, INSERT, DELETE'],
      ['runs', 'SELECT, INSERT, UPDATE, DELETE'],
      ['steps', 'SELECT, INSERT, UPDATE, DELETE'],
    ]) {
      await runner.query(`
        ALTER TABLE workflows.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE workflows.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON workflows.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON workflows.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT ${rights} ON workflows.${table} TO coresdk_app;
      `);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
