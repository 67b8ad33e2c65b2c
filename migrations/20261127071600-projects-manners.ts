import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions, who wrote, and an index for each order in which projects are listed. */
export class ProjectsManners1795763760000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE projects.projects
        ADD COLUMN version int NOT NULL DEFAULT 1,
        ADD COLUMN created_by text,
        ADD COLUMN updated_by text,
        ADD COLUMN deleted_by text;
      ALTER TABLE projects.projects NO FORCE ROW LEVEL SECURITY;
      UPDATE projects.projects SET created_by = owner_id, updated_by = owner_id;
      ALTER TABLE projects.projects
        ALTER COLUMN created_by SET NOT NULL,
        ALTER COLUMN updated_by SET NOT NULL,
        ADD CONSTRAINT projects_dates CHECK (end_date >= start_date);
      ALTER TABLE projects.projects FORCE ROW LEVEL SECURITY;

      CREATE INDEX projects_by_created ON projects.projects (tenant_id, created_at, id);
      CREATE INDEX projects_by_updated ON projects.projects (tenant_id, updated_at, id);
      CREATE INDEX projects_by_name ON projects.projects (tenant_id, name, id);
      CREATE INDEX projects_by_owner ON projects.projects (tenant_id, owner_id);
      CREATE INDEX projects_deleted ON projects.projects (deleted_at) WHERE deleted_at IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
