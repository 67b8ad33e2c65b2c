import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MaskingCreate1795558800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA masking;
      GRANT USAGE ON SCHEMA masking TO coresdk_app;

      -- How a tenant's values are masked. Rules that were taken back stay as a row without rules, so that versions count on.
      CREATE TABLE masking.rules (
        tenant_id text PRIMARY KEY,
        version int NOT NULL,
        rules jsonb,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL
      );

      -- Which data key of the tenant tokens of a generation are made with. The newest generation makes new ones; older ones
      -- are never deleted, since tokens of theirs may be anywhere.
      CREATE TABLE masking.keys (
        tenant_id text NOT NULL,
        generation int NOT NULL CHECK (generation BETWEEN 1 AND 65535),
        key_id text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, generation)
      );

      GRANT SELECT, INSERT, UPDATE ON masking.rules TO coresdk_app;
      GRANT SELECT, INSERT ON masking.keys TO coresdk_app;
    `);
    for (const table of ['rules', 'keys']) {
      await runner.query(`
        ALTER TABLE masking.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE masking.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON masking.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      `);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
