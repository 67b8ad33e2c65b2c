import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Members with their roles; and which projects are to be purged, for a sweep over all tenants. */
export class ProjectsMembers1795766280000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
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
      ALTER TABLE projects.members ENABLE ROW LEVEL SECURITY;
      ALTER TABLE projects.members FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON projects.members
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON projects.members TO coresdk_app;

      CREATE POLICY owner_functions ON projects.projects FOR SELECT TO CURRENT_USER USING (true);
      CREATE FUNCTION projects.purgeable(days int, at_most int) RETURNS jsonb
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT coalesce(jsonb_agg(jsonb_build_object('tenantId', tenant_id, 'id', id)), '[]')
        FROM (SELECT tenant_id, id FROM projects.projects WHERE deleted_at < now() - make_interval(days => days)
              ORDER BY deleted_at LIMIT at_most) AS old
      $$;
      REVOKE ALL ON FUNCTION projects.purgeable(int, int) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION projects.purgeable(int, int) TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
