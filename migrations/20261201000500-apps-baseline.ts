import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Apps, their secrets (hashes only), the tenants' own scopes, and apps that register themselves (RFC 7591, RFC 7592). The contract requires
 * `client_id` to be unique in the installation, so the primary key does not begin with the tenant. An attempt to register an existing id
 * reveals only that the id is taken. Indexes of token hashes are not unique indexes, since 256 random bits are unique anyway.
 */
export class AppsBaseline1796083500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA apps;
      GRANT USAGE ON SCHEMA apps TO coresdk_app;

      CREATE TABLE apps.apps (
        client_id text PRIMARY KEY,
        tenant_id text NOT NULL,
        name text NOT NULL,
        app_type text NOT NULL,
        declared_scopes text[] NOT NULL,
        default_scopes text[] NOT NULL,
        grant_types text[] NOT NULL,
        token_endpoint_auth_method text NOT NULL,
        redirect_uris text[] NOT NULL,
        post_logout_redirect_uris text[] NOT NULL,
        first_party boolean NOT NULL,
        access_token_ttl_seconds int NOT NULL,
        logo_uri text,
        policy_uri text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        jwks jsonb,
        jwks_uri text,
        refresh_rotation boolean NOT NULL DEFAULT true,
        platform_context boolean NOT NULL DEFAULT false
      );
      CREATE UNIQUE INDEX apps_key_of_tenant ON apps.apps (tenant_id, client_id);
      ALTER TABLE apps.apps ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.apps
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON apps.apps FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON apps.apps TO coresdk_app;

      CREATE TABLE apps.secrets (
        tenant_id text NOT NULL,
        id text NOT NULL,
        client_id text NOT NULL,
        hash bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CONSTRAINT secrets_app_fkey
          FOREIGN KEY (tenant_id, client_id) REFERENCES apps.apps (tenant_id, client_id) ON DELETE CASCADE
      );
      CREATE INDEX secrets_of_app ON apps.secrets (client_id);
      ALTER TABLE apps.secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.secrets
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON apps.secrets TO coresdk_app;

      CREATE TABLE apps.scopes (
        tenant_id text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        resource text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, name)
      );
      ALTER TABLE apps.scopes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.scopes
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON apps.scopes TO coresdk_app;

      CREATE TABLE apps.context_secrets (
        tenant_id text NOT NULL,
        secret_id text NOT NULL,
        -- The tenant's data key that sealed the secret.
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        PRIMARY KEY (tenant_id, secret_id),
        FOREIGN KEY (tenant_id, secret_id) REFERENCES apps.secrets (tenant_id, id) ON DELETE CASCADE
      );
      ALTER TABLE apps.context_secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.context_secrets
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, DELETE ON apps.context_secrets TO coresdk_app;

      CREATE TABLE apps.self_registration (
        tenant_id text PRIMARY KEY,
        enabled boolean NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL
      );
      ALTER TABLE apps.self_registration ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.self_registration
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON apps.self_registration FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON apps.self_registration TO coresdk_app;

      CREATE TABLE apps.initial_tokens (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        hash bytea NOT NULL,
        -- The scopes that apps can declare when they register with the token.
        scopes text[] NOT NULL,
        max_uses int NOT NULL,
        uses int NOT NULL DEFAULT 0,
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        CHECK (uses <= max_uses)
      );
      CREATE INDEX initial_tokens_by_created ON apps.initial_tokens (tenant_id, created_at, id);
      CREATE INDEX initial_tokens_by_hash ON apps.initial_tokens (hash);
      ALTER TABLE apps.initial_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.initial_tokens
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON apps.initial_tokens FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON apps.initial_tokens TO coresdk_app;

      -- Apps that registered themselves, each with the token that it used, the scopes that it can declare, and the hash
      -- of its registration access token.
      CREATE TABLE apps.self_registered (
        tenant_id text NOT NULL,
        client_id text NOT NULL,
        token_id text NOT NULL,
        scopes text[] NOT NULL,
        hash bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        administered_at timestamptz,
        PRIMARY KEY (tenant_id, client_id),
        CONSTRAINT self_registered_app_fkey
          FOREIGN KEY (tenant_id, client_id) REFERENCES apps.apps (tenant_id, client_id) ON DELETE CASCADE
      );
      CREATE INDEX self_registered_by_client ON apps.self_registered (client_id);
      CREATE INDEX self_registered_by_hash ON apps.self_registered (hash);
      ALTER TABLE apps.self_registered ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON apps.self_registered
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON apps.self_registered FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON apps.self_registered TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
