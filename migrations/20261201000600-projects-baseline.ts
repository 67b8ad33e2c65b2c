import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Projects, with an index for each order in which they are listed, and project members with their roles. */
export class ProjectsBaseline1796083560000 implements MigrationInterface {
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
        budget numeric(18,2),
        labels text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        version int NOT NULL DEFAULT 1,
        created_by text NOT NULL,
        updated_by text NOT NULL,
        deleted_by text,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT projects_dates CHECK (end_date >= start_date)
      );
      CREATE INDEX projects_by_created ON projects.projects (tenant_id, created_at, id);
      CREATE INDEX projects_by_name ON projects.projects (tenant_id, name, id);
      CREATE INDEX projects_by_owner ON projects.projects (tenant_id, owner_id);
      CREATE INDEX projects_by_updated ON projects.projects (tenant_id, updated_at, id);
      CREATE INDEX projects_deleted ON projects.projects (deleted_at) WHERE deleted_at IS NOT NULL;
      -- Deleting a project makes its key available again.
      CREATE UNIQUE INDEX projects_key ON projects.projects (tenant_id, key) WHERE deleted_at IS NULL;
      ALTER TABLE projects.projects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON projects.projects
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON projects.projects FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON projects.projects TO coresdk_app;

      CREATE TABLE projects.members (
        tenant_id text NOT NULL,
        project_id text NOT NULL,
        user_id text NOT NULL,
        role text NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
        added_at timestamptz NOT NULL DEFAULT now(),
        added_by text NOT NULL,
        PRIMARY KEY (tenant_id, project_id, user_id),
        FOREIGN KEY (tenant_id, project_id) REFERENCES projects.projects (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX members_by_added ON projects.members (tenant_id, project_id, added_at, user_id);
      CREATE INDEX members_by_user ON projects.members (tenant_id, user_id);
      ALTER TABLE projects.members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON projects.members
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON projects.members TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
