import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Secrets of tenants, each version sealed by a data key of the tenant; bundles of references, and who may resolve them. */
export class SecretsCreate1795558520000 implements MigrationInterface {
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

      CREATE TABLE secrets.versions (
        tenant_id text NOT NULL,
        name text NOT NULL,
        version int NOT NULL,
        -- The data key and the sealed bytes; both NULL when they were destroyed.
        key_id text,
        sealed bytea,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        -- Until when a version that is not the current one is still given out.
        resolvable_until timestamptz,
        destroyed_at timestamptz,
        PRIMARY KEY (tenant_id, name, version),
        FOREIGN KEY (tenant_id, name) REFERENCES secrets.secrets ON DELETE CASCADE
      );
      -- Ciphertext does not compress.
      ALTER TABLE secrets.versions ALTER COLUMN sealed SET STORAGE EXTERNAL;
      CREATE INDEX versions_key ON secrets.versions (tenant_id, key_id) WHERE key_id IS NOT NULL;

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

      -- A grant is of a bundle, or of a path at a provider.
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
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, bundle) REFERENCES secrets.bundles ON DELETE CASCADE,
        CHECK ((bundle IS NULL) = (path IS NOT NULL AND provider IS NOT NULL))
      );
      CREATE INDEX grants_bundle ON secrets.grants (tenant_id, bundle);

      GRANT SELECT, INSERT, UPDATE, DELETE ON secrets.secrets, secrets.versions, secrets.bundles, secrets.grants
        TO coresdk_app;
    `);
    for (const table of ['secrets', 'versions', 'bundles', 'grants']) {
      await runner.query(`
        ALTER TABLE secrets.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE secrets.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON secrets.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      `);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
