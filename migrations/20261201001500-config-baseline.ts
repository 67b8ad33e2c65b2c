import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tenants' configurations, and the installation's defaults. */
export class ConfigBaseline1796084100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA config;
      GRANT USAGE ON SCHEMA config TO coresdk_app;

      -- Accepted configurations, whole: a version never changes, and the newest one is in force. Those without a tenant are
      -- the installation's defaults, which lie under every tenant's. A tenant's version says which defaults were in force when
      -- it was made, so that what tenants see has one order without telling one of them of the others.
      CREATE TABLE config.versions (
        tenant_id text,
        version int NOT NULL,
        defaults_version int NOT NULL,
        action text NOT NULL,
        entries jsonb NOT NULL,
        changed_keys jsonb NOT NULL,
        restored_from int,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        UNIQUE NULLS NOT DISTINCT (tenant_id, version)
      );
      ALTER TABLE config.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON config.versions
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      CREATE POLICY owner_functions ON config.versions TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, DELETE ON config.versions TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
