import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the factors of users: passkeys, authenticator apps and recovery codes, and the rules by which tenants require them. */
export class FactorsCreate1796288400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA factors;
      GRANT USAGE ON SCHEMA factors TO coresdk_app;
      CREATE TABLE factors.factors (
        tenant_id text NOT NULL,
        id text NOT NULL,
        user_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('passkey', 'totp')),
        name text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        -- A passkey: WebAuthn Level 3 §4, credential record.
        credential_id bytea,
        public_key bytea,
        rp_id text,
        sign_count bigint NOT NULL DEFAULT 0,
        transports text[] NOT NULL DEFAULT '{}',
        is_synced boolean NOT NULL DEFAULT false,
        -- An authenticator app: its sealed key, and the last time step in which a code was used (RFC 6238 §5.2).
        key_id text,
        sealed bytea,
        last_step bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (tenant_id, id),
        CHECK ((kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL AND rp_id IS NOT NULL)),
        CHECK ((kind = 'totp') = (key_id IS NOT NULL AND sealed IS NOT NULL))
      );
      CREATE INDEX factors_of_user ON factors.factors (tenant_id, user_id);
      CREATE UNIQUE INDEX passkey_ids ON factors.factors (tenant_id, credential_id) WHERE credential_id IS NOT NULL;
      -- Finds the tenant of a passkey on a page that does not belong to a tenant.
      CREATE INDEX passkey_hashes ON factors.factors (sha256(credential_id)) WHERE credential_id IS NOT NULL;
      CREATE TABLE factors.user_handles (
        tenant_id text NOT NULL,
        user_id text NOT NULL,
        handle bytea NOT NULL,
        PRIMARY KEY (tenant_id, user_id)
      );
      CREATE TABLE factors.recovery_codes (
        tenant_id text NOT NULL,
        user_id text NOT NULL,
        code_hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, user_id, code_hash)
      );
      CREATE TABLE factors.used_challenges (
        tenant_id text NOT NULL,
        challenge_hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, challenge_hash)
      );
      CREATE INDEX used_challenges_by_age ON factors.used_challenges (expires_at);
      CREATE TABLE factors.sign_in_rules (
        tenant_id text NOT NULL,
        -- The app for which the rule is; empty for the rule of the tenant.
        app_id text NOT NULL,
        second_factor text NOT NULL CHECK (second_factor IN ('off', 'optional', 'required')),
        required_roles text[] NOT NULL DEFAULT '{}',
        passkeys boolean NOT NULL DEFAULT true,
        version int NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, app_id)
      );
    `);
    for (const table of ['factors', 'user_handles', 'recovery_codes', 'used_challenges', 'sign_in_rules']) {
      await runner.query(`
        ALTER TABLE factors.${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON factors.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON factors.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON factors.factors FOR SELECT TO CURRENT_USER USING (true);
      CREATE POLICY owner_functions ON factors.used_challenges TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
