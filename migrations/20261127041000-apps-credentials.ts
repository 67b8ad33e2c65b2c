import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How an app's credentials are treated: whether its refresh tokens rotate, and whether it signs platform contexts. For
 * the latter its secrets are kept sealed beside their hashes. The old version writes neither, and what it leaves out is
 * as it was.
 */
export class AppsCredentials1795752600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE apps.apps
        ADD COLUMN refresh_rotation boolean NOT NULL DEFAULT true,
        ADD COLUMN platform_context boolean NOT NULL DEFAULT false;

      CREATE TABLE apps.context_secrets (
        tenant_id text NOT NULL,
        secret_id text NOT NULL,
        -- The tenant's data key that has sealed it.
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        PRIMARY KEY (tenant_id, secret_id),
        FOREIGN KEY (tenant_id, secret_id) REFERENCES apps.secrets ON DELETE CASCADE
      );
      ALTER TABLE apps.context_secrets ENABLE ROW LEVEL SECURITY;
      ALTER TABLE apps.context_secrets FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.context_secrets
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, DELETE ON apps.context_secrets TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
