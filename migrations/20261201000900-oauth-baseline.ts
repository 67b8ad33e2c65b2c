import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The grants that people have given to apps, with their codes and refresh tokens. Codes and refresh tokens are stored only as hashes, and
 * are looked up in the tenant of the client that presents them.
 */
export class OauthBaseline1796083740000 implements MigrationInterface {
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
        -- Scopes for which the user is not asked for consent again.
        remembered_scopes text[] NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz,
        resources text[] NOT NULL DEFAULT '{}',
        remembered_resources text[] NOT NULL DEFAULT '{}',
        -- Needed for an app that does not request any scopes, because there are no scopes to remember.
        remembered boolean NOT NULL DEFAULT false,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE UNIQUE INDEX grants_live ON oauth.grants (tenant_id, user_id, client_id) WHERE revoked_at IS NULL;
      CREATE INDEX grants_of_client ON oauth.grants (tenant_id, client_id);
      ALTER TABLE oauth.grants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON oauth.grants
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON oauth.grants TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON oauth.grants TO coresdk_app;

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
        -- The time of use and the tokens that were issued, so that a second use of the code can revoke them.
        used_at timestamptz,
        issued_jti text,
        issued_until timestamptz,
        family bytea,
        PRIMARY KEY (tenant_id, hash)
      );
      CREATE INDEX codes_expires_at ON oauth.codes (expires_at);
      ALTER TABLE oauth.codes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON oauth.codes
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON oauth.codes TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON oauth.codes TO coresdk_app;

      -- One row per chain of refresh tokens, however long the chain is. Each token names its family, and only the newest
      -- token is valid. No index contains a column that a rotation changes, so a rotation does not write to any index.
      -- The sealed response, about 2.5 kB, stays in its row instead of the TOAST table, which allows 10% more rotations
      -- per second.
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
        -- The previous token, the request that was made with it, and the sealed response; used only during the grace period.
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
      ) WITH (fillfactor = 70, toast_tuple_target = 8160);
      CREATE INDEX refresh_families_handle ON oauth.refresh_families (handle);
      CREATE INDEX refresh_families_of_client ON oauth.refresh_families (tenant_id, client_id);
      CREATE INDEX refresh_families_of_grant ON oauth.refresh_families (tenant_id, grant_id);
      CREATE INDEX refresh_families_of_user ON oauth.refresh_families (tenant_id, user_id);
      ALTER TABLE oauth.refresh_families ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON oauth.refresh_families
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON oauth.refresh_families TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON oauth.refresh_families TO coresdk_app;

      -- Ids of client assertions, kept until the assertions expire: each assertion can be used once (RFC 7523 section 3).
      CREATE TABLE oauth.assertions (
        tenant_id text NOT NULL,
        client_id text NOT NULL,
        jti_hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, client_id, jti_hash)
      );
      CREATE INDEX assertions_expires_at ON oauth.assertions (expires_at);
      ALTER TABLE oauth.assertions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON oauth.assertions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON oauth.assertions TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON oauth.assertions TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
