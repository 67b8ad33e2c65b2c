import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds codes that are mailed to users who sign in without a password. */
export class UsersSignInCodes1796644800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users.account_rules ADD COLUMN email_codes boolean NOT NULL DEFAULT false;
      CREATE TABLE users.sign_in_codes (
        tenant_id text NOT NULL,
        id text NOT NULL,
        user_id text NOT NULL,
        code_hash bytea NOT NULL,
        -- The browser that asked for the code. No other browser can use it.
        browser_hash bytea NOT NULL,
        -- The authorization request at which the browser continues.
        request text NOT NULL,
        attempts int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX sign_in_codes_of_user ON users.sign_in_codes (tenant_id, user_id);
      CREATE INDEX sign_in_codes_expiry ON users.sign_in_codes (expires_at);
      ALTER TABLE users.sign_in_codes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.sign_in_codes
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.sign_in_codes TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.sign_in_codes TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
