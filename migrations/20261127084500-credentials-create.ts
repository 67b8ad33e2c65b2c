import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * API keys. A credential is what a person or app sees and revokes; its keys are the secrets that prove it, more than one
 * only while a rotation overlaps. Of a key its beginning is kept, by which it is found, and a keyed hash of the whole.
 */
export class CredentialsCreate1795769100000 implements MigrationInterface {
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
        -- The app through which it was made: what it acts as, and what it ends with.
        app_id text NOT NULL,
        scopes text[] NOT NULL,
        -- Of the newest key.
        key_prefix text NOT NULL,
        -- Until when the key before the newest is good; NULL without one.
        previous_until timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz,
        -- Written behind, at most once a minute: in no index, and no new version.
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
      CREATE INDEX credentials_over ON credentials.credentials (least(revoked_at, expires_at))
        WHERE revoked_at IS NOT NULL OR expires_at IS NOT NULL;

      CREATE TABLE credentials.keys (
        tenant_id text NOT NULL,
        -- What tokens that are made from the key are known by when it ends.
        id text NOT NULL,
        credential_id text NOT NULL,
        -- Where the key begins: random, and no secret.
        handle text NOT NULL,
        -- HMAC-SHA-256 of the whole key under a key derived from the tenant's data key.
        hash bytea NOT NULL,
        data_key_id text NOT NULL,
        -- NULL for the newest.
        valid_until timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, credential_id) REFERENCES credentials.credentials (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX keys_by_handle ON credentials.keys (handle);
      CREATE INDEX keys_of_credential ON credentials.keys (tenant_id, credential_id);
    `);
    for (const table of ['credentials', 'keys']) {
      await runner.query(`
        ALTER TABLE credentials.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE credentials.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON credentials.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON credentials.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE, DELETE ON credentials.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      -- Whose a key is, found by where it begins before any tenant is known. Tells the tenant alone.
      CREATE FUNCTION credentials.tenant_of(presented text) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM credentials.keys WHERE handle = presented LIMIT 1
      $$;

      -- Drops what has been over for long, of every tenant, a batch at a time.
      CREATE FUNCTION credentials.prune(days int, at_most int) RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        WITH gone AS (
          DELETE FROM credentials.credentials WHERE (tenant_id, id) IN (
            SELECT tenant_id, id FROM credentials.credentials
            WHERE least(revoked_at, expires_at) < now() - make_interval(days => days)
            ORDER BY least(revoked_at, expires_at) LIMIT at_most)
          RETURNING 1)
        SELECT count(*) FROM gone
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA credentials FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA credentials TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
