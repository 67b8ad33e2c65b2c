import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tenants and their deletion. The database itself erases the data, in batches. Each batch records in its transaction how much it removed,
 * so after a crash the next process continues with a correct count.
 */
export class TenantsBaseline1796083440000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA tenants;
      GRANT USAGE ON SCHEMA tenants TO coresdk_app;

      CREATE TABLE tenants.tenants (
        id text PRIMARY KEY,
        slug text NOT NULL UNIQUE,
        name text NOT NULL,
        plan text NOT NULL,
        status text NOT NULL,
        logo_uri text,
        color text,
        settings jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        -- The time from which a tenant in the state pending_deletion is erased. Until then, the tenant can be reactivated.
        erase_after timestamptz
      );
      CREATE INDEX tenants_to_erase ON tenants.tenants (erase_after) WHERE status = 'pending_deletion';
      ALTER TABLE tenants.tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON tenants.tenants
        USING (id = kernel.current_tenant()) WITH CHECK (id = kernel.current_tenant());
      CREATE POLICY owner_functions ON tenants.tenants FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE ON tenants.tenants TO coresdk_app;

      -- One row for each tenant that has been erased or is being erased. No other data about an erased tenant remains.
      CREATE TABLE tenants.erasures (
        id text PRIMARY KEY,
        subject text NOT NULL,
        slug text NOT NULL,
        name text NOT NULL,
        started_at timestamptz NOT NULL,
        -- From this time on, no process acts for the tenant, so that no data is written after the eraser has passed.
        erase_from timestamptz NOT NULL,
        -- For each table, the number of erased rows and a running SHA-256 hash of them.
        progress jsonb NOT NULL DEFAULT '{}',
        finished_at timestamptz,
        certificate text
      );
      CREATE UNIQUE INDEX erasures_running ON tenants.erasures (subject) WHERE finished_at IS NULL;
      ALTER TABLE tenants.erasures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON tenants.erasures TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
