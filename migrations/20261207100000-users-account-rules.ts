import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the rules of tenants for passwords and sessions, and the idle limit of a session. */
export class UsersAccountRules1796637600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users.account_rules (
        tenant_id text PRIMARY KEY,
        -- Of new passwords.
        min_length int NOT NULL,
        blocked_words text[] NOT NULL,
        -- NULL: the limit of the installation.
        session_minutes int,
        -- NULL: no limit.
        idle_minutes int,
        max_sessions int NOT NULL,
        new_device_notices boolean NOT NULL,
        version int NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL
      );
      ALTER TABLE users.account_rules ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.account_rules
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.account_rules TO coresdk_app;
      ALTER TABLE users.sessions ADD COLUMN idle_seconds int;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
