import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules for masking personal data, and the keys for pseudonyms. */
export class MaskingBaseline1796083860000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA masking;
      GRANT USAGE ON SCHEMA masking TO coresdk_app;

      -- The rules for masking a tenant's values. After rules are withdrawn, their row remains without rules, so that
      -- version numbering continues.
      CREATE TABLE masking.rules (
        tenant_id text PRIMARY KEY,
        version int NOT NULL,
        rules jsonb,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL
      );
      ALTER TABLE masking.rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON masking.rules
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE ON masking.rules TO coresdk_app;

      -- The tenant's data key for the tokens of each generation. New tokens use the newest generation. Older generations
      -- are never deleted, because their tokens may be anywhere.
      CREATE TABLE masking.keys (
        tenant_id text NOT NULL,
        generation int NOT NULL CHECK (generation BETWEEN 1 AND 65535),
        key_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, generation)
      );
      ALTER TABLE masking.keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON masking.keys
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT ON masking.keys TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
