import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identity providers whose SAML assertions tenants believe, and the assertions that have been shown. */
export class SamlCreate1795754400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA saml;
      GRANT USAGE ON SCHEMA saml TO coresdk_app;

      CREATE TABLE saml.providers (
        tenant_id text NOT NULL,
        id text NOT NULL,
        entity_id text NOT NULL,
        name text NOT NULL,
        certificates text[] NOT NULL,
        audience text NOT NULL,
        recipients text[] NOT NULL,
        clock_skew_seconds int NOT NULL,
        attribute_mapping jsonb NOT NULL,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, entity_id)
      );

      -- Each assertion is believed once, until it would have expired. By entity id: deleting and registering a provider
      -- again makes no assertion new.
      CREATE TABLE saml.shown_assertions (
        tenant_id text NOT NULL,
        hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, hash)
      );
      CREATE INDEX shown_assertions_expires_at ON saml.shown_assertions (expires_at);

      GRANT SELECT, INSERT, UPDATE, DELETE ON saml.providers TO coresdk_app;
      GRANT SELECT, INSERT, DELETE ON saml.shown_assertions TO coresdk_app;
    `);
    for (const table of ['providers', 'shown_assertions']) {
      await runner.query(`
        ALTER TABLE saml.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE saml.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON saml.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON saml.shown_assertions TO CURRENT_USER USING (true) WITH CHECK (true);

      -- Forgets what has expired, of every tenant.
      CREATE FUNCTION saml.prune() RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM saml.shown_assertions WHERE expires_at < now() - interval '1 minute'
      $$;
      REVOKE ALL ON FUNCTION saml.prune() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION saml.prune() TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
