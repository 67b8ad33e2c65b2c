import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tenants' secrets, each version sealed with one of the tenant's data keys; bundles of references, and grants to resolve them. A grant
 * to an app applies to one registration of its client id, because the id can be registered again.
 */
export class SecretsBaseline1796083800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA secrets;
      GRANT USAGE ON SCHEMA secrets TO coresdk_app;

      CREATE TABLE secrets.secrets (
        tenant_id text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        current_version int NOT NULL,
        max_versions int NOT NULL,
        revision int NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz,
        PRIMARY KEY (tenant_id, name)
      );
      ALTER TABLE secrets.secrets ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON secrets.secrets
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON secrets.secrets TO coresdk_app;

      CREATE TABLE secrets.versions (
        tenant_id text NOT NULL,
        name text NOT NULL,
        version int NOT NULL,
        -- The data key and the sealed bytes; both are NULL after the version is destroyed.
        key_id text,
        sealed bytea,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        -- The time until which a previous version can still be read.
        resolvable_until timestamptz,
        destroyed_at timestamptz,
        PRIMARY KEY (tenant_id, name, version),
        FOREIGN KEY (tenant_id, name) REFERENCES secrets.secrets (tenant_id, name) ON DELETE CASCADE
      );
      CREATE INDEX versions_key ON secrets.versions (tenant_id, key_id) WHERE key_id IS NOT NULL;
      ALTER TABLE secrets.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON secrets.versions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON secrets.versions FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON secrets.versions TO coresdk_app;
      -- Ciphertext cannot be compressed.
      ALTER TABLE secrets.versions ALTER COLUMN sealed SET STORAGE EXTERNAL;

      CREATE TABLE secrets.bundles (
        tenant_id text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        refs jsonb NOT NULL,
        revision int NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, name)
      );
      ALTER TABLE secrets.bundles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON secrets.bundles
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON secrets.bundles TO coresdk_app;

      -- A grant applies to a bundle, or to a path at a provider.
      CREATE TABLE secrets.grants (
        tenant_id text NOT NULL,
        id text NOT NULL,
        principal_type text NOT NULL,
        principal_id text NOT NULL,
        bundle text,
        provider text,
        path text,
        expires_at timestamptz,
        context_id_prefix text,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        client_registered_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        CHECK ((bundle IS NULL) = ((path IS NOT NULL) AND (provider IS NOT NULL))),
        CHECK ((principal_type = 'client') = (client_registered_at IS NOT NULL)),
        FOREIGN KEY (tenant_id, bundle) REFERENCES secrets.bundles (tenant_id, name) ON DELETE CASCADE
      );
      CREATE INDEX grants_bundle ON secrets.grants (tenant_id, bundle);
      ALTER TABLE secrets.grants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON secrets.grants
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON secrets.grants TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
