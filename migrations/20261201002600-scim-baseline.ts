import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identity providers that administer users and groups through SCIM: connections, their tokens, and schema extensions. */
export class ScimBaseline1796084760000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA scim;
      GRANT USAGE ON SCHEMA scim TO coresdk_app;

      CREATE TABLE scim.connections (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        preset text NOT NULL,
        -- The app whose access tokens belong to this connection.
        client_id text,
        enabled boolean NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE UNIQUE INDEX connections_client ON scim.connections (tenant_id, client_id) WHERE client_id IS NOT NULL;
      ALTER TABLE scim.connections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON scim.connections
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON scim.connections TO coresdk_app;

      CREATE TABLE scim.tokens (
        tenant_id text NOT NULL,
        id text NOT NULL,
        connection_id text NOT NULL,
        -- SHA-256 of the token.
        hash bytea NOT NULL,
        -- The beginning of the token, by which people can recognize it.
        prefix text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, connection_id) REFERENCES scim.connections (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX tokens_hash ON scim.tokens (hash);
      CREATE INDEX tokens_of_connection ON scim.tokens (tenant_id, connection_id);
      ALTER TABLE scim.tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON scim.tokens
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON scim.tokens FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON scim.tokens TO coresdk_app;

      CREATE TABLE scim.extensions (
        tenant_id text NOT NULL,
        urn text NOT NULL,
        resource text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        attributes jsonb NOT NULL,
        version int NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, urn)
      );
      ALTER TABLE scim.extensions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON scim.extensions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON scim.extensions TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
