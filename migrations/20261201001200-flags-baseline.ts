import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Feature flags: versions of a tenant's entire configuration, and scheduled changes. */
export class FlagsBaseline1796083920000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA flags;
      GRANT USAGE ON SCHEMA flags TO coresdk_app;

      -- One row for each tenant that has ever had flags. The row is the lock under which versions are counted.
      CREATE TABLE flags.heads (
        tenant_id text PRIMARY KEY,
        version int NOT NULL
      );
      ALTER TABLE flags.heads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON flags.heads
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE ON flags.heads TO coresdk_app;

      -- Accepted documents in full. A version never changes, and the newest version is in force.
      CREATE TABLE flags.versions (
        tenant_id text NOT NULL,
        version int NOT NULL,
        action text NOT NULL,
        digest text NOT NULL,
        document text NOT NULL,
        flag_count int NOT NULL,
        changed_flags jsonb NOT NULL,
        restored_from int,
        scheduled_id text,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, version)
      );
      ALTER TABLE flags.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON flags.versions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, DELETE ON flags.versions TO coresdk_app;

      -- Scheduled changes. The process that makes a change records it here in the same transaction.
      CREATE TABLE flags.scheduled (
        tenant_id text NOT NULL,
        id text NOT NULL,
        at timestamptz NOT NULL,
        change jsonb NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'applied', 'failed')),
        version int,
        error text,
        created_by text NOT NULL,
        created_by_type text NOT NULL CHECK (created_by_type IN ('user', 'service', 'agent', 'system')),
        created_at timestamptz NOT NULL DEFAULT now(),
        done_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX scheduled_due ON flags.scheduled (at) WHERE status = 'pending';
      ALTER TABLE flags.scheduled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON flags.scheduled
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON flags.scheduled TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON flags.scheduled TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
