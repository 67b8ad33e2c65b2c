import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What people have agreed to, and what hangs on it. Codes and refresh tokens are kept as hashes only, and looked up in
 * the tenant of the client that presents them, so nothing has to be found before the tenant is known.
 */
export class OauthCreate1795554060000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA oauth;
      GRANT USAGE ON SCHEMA oauth TO coresdk_app;

      CREATE TABLE oauth.grants (
        tenant_id text NOT NULL,
        id text NOT NULL,
        user_id text NOT NULL,
        client_id text NOT NULL,
        scopes text[] NOT NULL,
        -- Those that are not asked for again.
        remembered_scopes text[] NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE UNIQUE INDEX grants_live ON oauth.grants (tenant_id, user_id, client_id) WHERE revoked_at IS NULL;
      CREATE INDEX grants_of_client ON oauth.grants (tenant_id, client_id);

      CREATE TABLE oauth.codes (
        tenant_id text NOT NULL,
        hash bytea NOT NULL,
        grant_id text NOT NULL,
        user_id text NOT NULL,
        client_id text NOT NULL,
        redirect_uri text NOT NULL,
        scopes text[] NOT NULL,
        resources text[] NOT NULL,
        nonce text,
        code_challenge text NOT NULL,
        session_id text NOT NULL,
        auth_time timestamptz NOT NULL,
        amr text[] NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        -- What the one use got, so that a second can take it back.
        used_at timestamptz,
        issued_jti text,
        issued_until timestamptz,
        family bytea,
        PRIMARY KEY (tenant_id, hash)
      );
      CREATE INDEX codes_expires_at ON oauth.codes (expires_at);

      -- One row per chain of refresh tokens, whatever its length: each token names its family, and any but the newest
      -- is a dead one. No index has a column that a rotation changes, so that rotating writes no index.
      CREATE TABLE oauth.refresh_families (
        tenant_id text NOT NULL,
        handle bytea NOT NULL,
        grant_id text NOT NULL,
        user_id text NOT NULL,
        client_id text NOT NULL,
        scopes text[] NOT NULL,
        resources text[] NOT NULL,
        session_id text NOT NULL,
        auth_time timestamptz NOT NULL,
        amr text[] NOT NULL,
        current_hash bytea NOT NULL,
        -- The token before, what was asked with it, and the sealed answer: for the grace window only.
        previous_hash bytea,
        previous_request bytea,
        previous_answer bytea,
        rotated_at timestamptz,
        last_issued_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        idle_until timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        PRIMARY KEY (tenant_id, handle)
      ) WITH (fillfactor = 70);
      CREATE INDEX refresh_families_of_grant ON oauth.refresh_families (tenant_id, grant_id);
      CREATE INDEX refresh_families_of_user ON oauth.refresh_families (tenant_id, user_id);
      CREATE INDEX refresh_families_of_client ON oauth.refresh_families (tenant_id, client_id);

      -- Ids of client assertions until they expire: each works once (RFC 7523 section 3).
      CREATE TABLE oauth.assertions (
        tenant_id text NOT NULL,
        client_id text NOT NULL,
        jti_hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, client_id, jti_hash)
      );
      CREATE INDEX assertions_expires_at ON oauth.assertions (expires_at);
    `);
    for (const table of ['grants', 'codes', 'refresh_families', 'assertions']) {
      await runner.query(`
        ALTER TABLE oauth.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE oauth.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON oauth.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON oauth.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE, DELETE ON oauth.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      -- Drops what cannot be used any more, of every tenant. A used code stays an hour, so that its second use is seen.
      CREATE FUNCTION oauth.prune() RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM oauth.codes WHERE expires_at < now() - interval '1 hour';
        DELETE FROM oauth.assertions WHERE expires_at < now() - interval '1 minute';
        DELETE FROM oauth.refresh_families
          WHERE ended_at < now() - interval '1 hour' OR least(idle_until, expires_at) < now() - interval '1 hour';
        UPDATE oauth.refresh_families SET previous_request = NULL, previous_answer = NULL
          WHERE previous_answer IS NOT NULL AND rotated_at < now() - interval '1 minute';
        DELETE FROM oauth.grants WHERE revoked_at < now() - interval '1 hour';
      $$;

      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA oauth FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA oauth TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
