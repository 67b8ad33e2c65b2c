import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tenants' data keys, wrapped with MASTER_KEY, and the value with which a process verifies that it has the correct MASTER_KEY. */
export class SealingBaseline1796083260000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA sealing;
      GRANT USAGE ON SCHEMA sealing TO coresdk_app;

      CREATE TABLE sealing.tenant_keys (
        tenant_id text NOT NULL,
        id text NOT NULL,
        -- The key, encrypted with AES-256-GCM under MASTER_KEY; begins with the version and the id of the master key.
        wrapped bytea NOT NULL,
        is_current boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id)
      );
      -- Each tenant has one key for new values, regardless of the process that creates it.
      CREATE UNIQUE INDEX tenant_keys_current ON sealing.tenant_keys (tenant_id) WHERE is_current;
      CREATE INDEX tenant_keys_master ON sealing.tenant_keys (SUBSTRING(wrapped FROM 1 FOR 5));
      ALTER TABLE sealing.tenant_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON sealing.tenant_keys
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON sealing.tenant_keys FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE ON sealing.tenant_keys TO coresdk_app;

      -- Contains at most one row.
      CREATE TABLE sealing.proof (
        id int PRIMARY KEY CHECK (id = 1),
        sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      ALTER TABLE sealing.proof ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON sealing.proof TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
