import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tenants' configurations, and the installation's defaults. */
export class ConfigBaseline1796084100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA config;
      GRANT USAGE ON SCHEMA config TO coresdk_app;

      -- Accepted configurations in full. A version never changes, and the newest version is in force. Rows without a
      -- tenant are the installation's defaults, which apply unless a tenant's configuration overrides them. A tenant's
      -- version records which defaults were in force when it was created. The versions that a tenant sees are therefore
      -- in a single order, and reveal nothing about other tenants.
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
