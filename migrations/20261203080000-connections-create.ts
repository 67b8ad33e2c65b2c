import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Connections to the identity providers with which a tenant's people sign in, the domains of these people, their identities at the
 * providers, and sign-ins in progress.
 */
export class ConnectionsCreate1796284800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA connections;
      GRANT USAGE ON SCHEMA connections TO coresdk_app;

      CREATE TABLE connections.connections (
        tenant_id text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        type text NOT NULL,
        preset text,
        status text NOT NULL,
        issuer text NOT NULL,
        client_id text NOT NULL,
        -- The client secret, or Apple's private key, sealed with a data key of the tenant; NULL for a public client.
        key_id text,
        sealed bytea,
        -- Scopes, endpoints, rules for roles, and provisioning.
        settings jsonb NOT NULL,
        enforced boolean NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX connections_by_created ON connections.connections (tenant_id, created_at, id);
      ALTER TABLE connections.connections ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON connections.connections
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON connections.connections TO coresdk_app;

      CREATE TABLE connections.domains (
        tenant_id text NOT NULL,
        domain text NOT NULL,
        connection_id text NOT NULL,
        -- The value that the TXT record must contain.
        challenge text NOT NULL,
        created_at timestamptz NOT NULL,
        -- NULL while nobody has proved that the tenant controls the domain.
        verified_at timestamptz,
        checked_at timestamptz,
        -- The number of consecutive daily checks that did not find the record.
        missed int NOT NULL DEFAULT 0,
        PRIMARY KEY (tenant_id, domain),
        FOREIGN KEY (tenant_id, connection_id) REFERENCES connections.connections (tenant_id, id) ON DELETE CASCADE
      );
      -- A domain belongs to one tenant. Claims that are not verified do not keep anybody from verifying theirs.
      CREATE UNIQUE INDEX domains_one_tenant ON connections.domains (domain) WHERE verified_at IS NOT NULL;
      CREATE INDEX domains_of_connection ON connections.domains (tenant_id, connection_id);
      CREATE INDEX domains_checked ON connections.domains (checked_at) WHERE verified_at IS NOT NULL;
      ALTER TABLE connections.domains ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON connections.domains
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON connections.domains FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON connections.domains TO coresdk_app;

      -- The key is the identity at the provider, never an address. The issuer is part of it: if a connection moves to another provider,
      -- the identities of the previous one do not match.
      CREATE TABLE connections.identities (
        tenant_id text NOT NULL,
        connection_id text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        id text NOT NULL,
        user_id text NOT NULL,
        -- The address at the time of the last sign-in, for display.
        email text,
        linked_at timestamptz NOT NULL,
        last_used_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, connection_id, issuer, subject),
        UNIQUE (tenant_id, id),
        FOREIGN KEY (tenant_id, connection_id) REFERENCES connections.connections (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX identities_of_user ON connections.identities (tenant_id, user_id);
      CREATE INDEX identities_by_linked ON connections.identities (tenant_id, connection_id, linked_at, id);
      ALTER TABLE connections.identities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON connections.identities
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON connections.identities TO coresdk_app;

      -- A sign-in that has left for its provider. The callback deletes the row, so that a state works once.
      CREATE TABLE connections.sign_ins (
        tenant_id text NOT NULL,
        hash bytea NOT NULL,
        connection_id text NOT NULL,
        -- The authorization request to which the browser returns.
        request text NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, hash),
        FOREIGN KEY (tenant_id, connection_id) REFERENCES connections.connections (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX sign_ins_expiry ON connections.sign_ins (expires_at);
      ALTER TABLE connections.sign_ins ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON connections.sign_ins
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON connections.sign_ins TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, DELETE ON connections.sign_ins TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
