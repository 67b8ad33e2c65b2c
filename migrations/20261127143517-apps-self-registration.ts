import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Apps that register themselves (RFC 7591, RFC 7592): who lets them, by which tokens, and how they manage themselves. Of
 * tokens hashes are kept, by which they are found; the indexes of these are not unique, since 256 random bits are.
 */
export class AppsSelfRegistration1795790117000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE apps.self_registration (
        tenant_id text PRIMARY KEY,
        enabled boolean NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL
      );

      CREATE TABLE apps.initial_tokens (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        hash bytea NOT NULL,
        -- What apps that register by it may declare.
        scopes text[] NOT NULL,
        max_uses int NOT NULL,
        uses int NOT NULL DEFAULT 0 CHECK (uses <= max_uses),
        expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX initial_tokens_by_hash ON apps.initial_tokens (hash);
      CREATE INDEX initial_tokens_by_created ON apps.initial_tokens (tenant_id, created_at, id);

      -- Apps that registered themselves: by which token, within which scopes, and what proves that it is them.
      CREATE TABLE apps.self_registered (
        tenant_id text NOT NULL,
        client_id text NOT NULL REFERENCES apps.apps ON DELETE CASCADE,
        token_id text NOT NULL,
        scopes text[] NOT NULL,
        hash bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, client_id)
      );
      CREATE INDEX self_registered_by_hash ON apps.self_registered (hash);
      CREATE INDEX self_registered_by_client ON apps.self_registered (client_id);
    `);
    for (const table of ['self_registration', 'initial_tokens', 'self_registered']) {
      await runner.query(`
        ALTER TABLE apps.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE apps.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON apps.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON apps.${table} FOR SELECT TO CURRENT_USER USING (true);
        GRANT SELECT, INSERT, UPDATE, DELETE ON apps.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      -- Before the tenant is known: whose a token is, by its hash.
      CREATE FUNCTION apps.tenant_of_initial_token(presented bytea) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM apps.initial_tokens WHERE hash = presented LIMIT 1
      $$;
      CREATE FUNCTION apps.tenant_of_registration(presented bytea) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM apps.self_registered WHERE hash = presented LIMIT 1
      $$;
      -- Whether any tenant lets apps register themselves.
      CREATE FUNCTION apps.offers_self_registration() RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT EXISTS (SELECT FROM apps.self_registration WHERE enabled)
      $$;
      REVOKE ALL ON FUNCTION apps.tenant_of_initial_token(bytea), apps.tenant_of_registration(bytea),
        apps.offers_self_registration() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION apps.tenant_of_initial_token(bytea), apps.tenant_of_registration(bytea),
        apps.offers_self_registration() TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
