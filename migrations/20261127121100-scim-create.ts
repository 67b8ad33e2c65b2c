import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Identity providers that administer users and groups by SCIM: connections, their tokens, and extensions of schemas. */
export class ScimCreate1795781460000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA scim;
      GRANT USAGE ON SCHEMA scim TO coresdk_app;

      CREATE TABLE scim.connections (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        preset text NOT NULL,
        -- App whose access tokens are of this connection.
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

      CREATE TABLE scim.tokens (
        tenant_id text NOT NULL,
        id text NOT NULL,
        connection_id text NOT NULL,
        -- SHA-256 of the token.
        hash bytea NOT NULL,
        -- Where the token begins, to know it by.
        prefix text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, connection_id) REFERENCES scim.connections ON DELETE CASCADE
      );
      CREATE INDEX tokens_of_connection ON scim.tokens (tenant_id, connection_id);
      CREATE INDEX tokens_hash ON scim.tokens (hash);

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
    `);
    for (const table of ['connections', 'tokens', 'extensions']) {
      await runner.query(`
        ALTER TABLE scim.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE scim.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON scim.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON scim.${table} TO coresdk_app;
      `);
    }
    await runner.query(`
      CREATE POLICY owner_functions ON scim.tokens FOR SELECT TO CURRENT_USER USING (true);

      -- Before the tenant is known: whose a token is.
      CREATE FUNCTION scim.tenant_of_token(wanted bytea) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM scim.tokens WHERE hash = wanted
      $$;
      REVOKE ALL ON FUNCTION scim.tenant_of_token(bytea) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION scim.tenant_of_token(bytea) TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
