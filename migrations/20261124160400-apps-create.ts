import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Apps, their secrets (hashes only) and the tenants' own scopes. `client_id` is unique in the installation by contract,
 * so its key does not begin with the tenant: registering a taken id tells that it is taken, and nothing more.
 */
export class AppsCreate1795536240000 implements MigrationInterface {
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
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX apps_of_tenant ON apps.apps (tenant_id, client_id);

      CREATE TABLE apps.secrets (
        tenant_id text NOT NULL,
        id text NOT NULL,
        client_id text NOT NULL REFERENCES apps.apps ON DELETE CASCADE,
        hash bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX secrets_of_app ON apps.secrets (client_id);

      CREATE TABLE apps.scopes (
        tenant_id text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        resource text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, name)
      );
    `);
    for (const table of ['apps', 'secrets', 'scopes']) {
      await runner.query(`
        ALTER TABLE apps.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE apps.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON apps.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON apps.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON apps.apps FOR SELECT TO CURRENT_USER USING (true);

      -- Before the tenant is known: whose a client is.
      CREATE FUNCTION apps.tenant_of_client(wanted text) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM apps.apps WHERE client_id = wanted
      $$;
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA apps FROM PUBLIC;
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA apps TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
