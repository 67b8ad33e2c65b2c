import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identity providers whose SAML assertions tenants trust, and the assertions that have already been presented. */
export class SamlBaseline1796084220000 implements MigrationInterface {
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
      ALTER TABLE saml.providers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON saml.providers
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON saml.providers TO coresdk_app;

      -- Each assertion is accepted once and recorded until it would have expired. Assertions are recorded by entity id,
      -- so that deleting a provider and registering it again does not make an assertion valid again.
      CREATE TABLE saml.shown_assertions (
        tenant_id text NOT NULL,
        hash bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, hash)
      );
      CREATE INDEX shown_assertions_expires_at ON saml.shown_assertions (expires_at);
      ALTER TABLE saml.shown_assertions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON saml.shown_assertions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON saml.shown_assertions TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, DELETE ON saml.shown_assertions TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
