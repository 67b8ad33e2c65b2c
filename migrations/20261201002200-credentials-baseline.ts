import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * API keys. People and apps see and revoke credentials rather than keys. The keys of a credential are the secrets that prove it. A
 * credential has more than one key only during the overlap of a rotation. For each key, the table stores its beginning, for lookups, and a
 * keyed hash of the entire key.
 */
export class CredentialsBaseline1796084520000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA credentials;
      GRANT USAGE ON SCHEMA credentials TO coresdk_app;

      CREATE TABLE credentials.credentials (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        owner_type text NOT NULL CHECK (owner_type IN ('user', 'service')),
        owner_id text NOT NULL,
        -- The app through which the credential was created. The credential acts as this app and becomes invalid when
        -- the app is deleted.
        app_id text NOT NULL,
        scopes text[] NOT NULL,
        -- The beginning of the newest key.
        key_prefix text NOT NULL,
        -- The time until which the previous key is valid; NULL if there is no previous key.
        previous_until timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz,
        -- Written asynchronously, at most once a minute. It is not in any index, and does not change the version.
        last_used_at timestamptz,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, id)
      ) WITH (fillfactor = 80);
      CREATE INDEX credentials_by_created ON credentials.credentials (tenant_id, created_at, id);
      CREATE INDEX credentials_by_name ON credentials.credentials (tenant_id, name, id);
      CREATE INDEX credentials_by_owner ON credentials.credentials (tenant_id, owner_id);
      CREATE INDEX credentials_over ON credentials.credentials (LEAST(revoked_at, expires_at))
        WHERE revoked_at IS NOT NULL OR expires_at IS NOT NULL;
      ALTER TABLE credentials.credentials ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON credentials.credentials
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON credentials.credentials TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON credentials.credentials TO coresdk_app;

      CREATE TABLE credentials.keys (
        tenant_id text NOT NULL,
        -- The id by which tokens issued from the key are revoked when the key becomes invalid.
        id text NOT NULL,
        credential_id text NOT NULL,
        -- The beginning of the key, which is random and not secret.
        handle text NOT NULL,
        -- HMAC-SHA-256 of the entire key under a key derived from the tenant's data key.
        hash bytea NOT NULL,
        data_key_id text NOT NULL,
        -- NULL for the newest key.
        valid_until timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials.credentials (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX keys_by_handle ON credentials.keys (handle);
      CREATE INDEX keys_of_credential ON credentials.keys (tenant_id, credential_id);
      ALTER TABLE credentials.keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON credentials.keys
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON credentials.keys TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON credentials.keys TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
