import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Administering people: preferences and versions, an index for each order and filter of their list, and invitations.
 * What of users sorts is compared by code points ("C"), so that a prefix is a range of an index.
 */
export class UsersAdministration1795766640000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users.users
        -- The name as it is sorted and searched: NFKC, lower case.
        ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '',
        ADD COLUMN theme text NOT NULL DEFAULT 'system',
        ADD COLUMN notifications_enabled boolean NOT NULL DEFAULT true,
        ADD COLUMN version int NOT NULL DEFAULT 1,
        ADD COLUMN created_by text,
        ADD COLUMN updated_by text;
      -- Rows of all tenants: the owner of the table is bound by the wall as well, but for this one statement.
      ALTER TABLE users.users NO FORCE ROW LEVEL SECURITY;
      UPDATE users.users SET name_key = lower(normalize(display_name, NFKC));
      ALTER TABLE users.users FORCE ROW LEVEL SECURITY;

      CREATE INDEX users_by_created ON users.users (tenant_id, created_at, id);
      CREATE INDEX users_by_email ON users.users (tenant_id, email_key COLLATE "C", id);
      CREATE INDEX users_by_name ON users.users (tenant_id, name_key, id);
      CREATE INDEX users_of_status_by_created ON users.users (tenant_id, status, created_at, id);
      CREATE INDEX users_of_status_by_email ON users.users (tenant_id, status, email_key COLLATE "C", id);
      CREATE INDEX users_of_status_by_name ON users.users (tenant_id, status, name_key, id);
      CREATE INDEX users_of_role_by_created ON users.users (tenant_id, role, created_at, id);
      CREATE INDEX users_of_role_by_email ON users.users (tenant_id, role, email_key COLLATE "C", id);
      CREATE INDEX users_of_role_by_name ON users.users (tenant_id, role, name_key, id);

      CREATE TABLE users.invitations (
        tenant_id text NOT NULL,
        id text NOT NULL,
        -- SHA-256 of the token in the link.
        hash bytea NOT NULL,
        email text NOT NULL,
        email_key text NOT NULL,
        role text NOT NULL,
        -- NULL: the address was somebody's already, or its user is gone. Nobody can accept it.
        user_id text,
        -- How often it was sent.
        sent int NOT NULL DEFAULT 1,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        sent_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        accepted_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users ON DELETE SET NULL (user_id)
      );
      CREATE INDEX invitations_hash ON users.invitations (hash);
      CREATE INDEX invitations_by_created ON users.invitations (tenant_id, created_at, id);
      CREATE INDEX invitations_of_email ON users.invitations (tenant_id, email_key, sent_at);
      CREATE INDEX invitations_of_user ON users.invitations (tenant_id, user_id);
      CREATE INDEX invitations_expiry ON users.invitations (expires_at);
      ALTER TABLE users.invitations ENABLE ROW LEVEL SECURITY;
      ALTER TABLE users.invitations FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.invitations
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.invitations TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.invitations TO coresdk_app;

      CREATE FUNCTION users.tenant_of_invitation(wanted bytea) RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
        SELECT tenant_id FROM users.invitations WHERE hash = wanted
      $$;

      -- Drops what nothing needs any more; of failures no more than at_most are kept, those that block longest.
      CREATE OR REPLACE FUNCTION users.sweep(moment timestamptz, at_most int) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        DELETE FROM users.sessions WHERE expires_at <= moment;
        DELETE FROM users.password_links WHERE expires_at <= moment;
        DELETE FROM users.invitations WHERE expires_at <= moment - interval '30 days';
        DELETE FROM users.sign_in_failures WHERE forget_at <= moment;
        DELETE FROM users.sign_in_failures WHERE key IN
          (SELECT key FROM users.sign_in_failures ORDER BY forget_at DESC OFFSET at_most);
      $$;
      REVOKE ALL ON FUNCTION users.tenant_of_invitation(bytea) FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION users.tenant_of_invitation(bytea) TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
