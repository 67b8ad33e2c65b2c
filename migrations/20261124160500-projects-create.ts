import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProjectsCreate1795536300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA projects;
      GRANT USAGE ON SCHEMA projects TO coresdk_app;

      CREATE TABLE projects.projects (
        tenant_id text NOT NULL,
        id text NOT NULL,
        key text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        owner_id text NOT NULL,
        status text NOT NULL,
        priority text NOT NULL,
        start_date date,
        end_date date,
        budget numeric(18, 2),
        labels text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      -- A deleted project gives its key free again.
      CREATE UNIQUE INDEX projects_key ON projects.projects (tenant_id, key) WHERE deleted_at IS NULL;
      ALTER TABLE projects.projects ENABLE ROW LEVEL SECURITY;
      ALTER TABLE projects.projects FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON projects.projects
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON projects.projects TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
