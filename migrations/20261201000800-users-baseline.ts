import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People: accounts, groups, browser sessions, invitations, links for setting a password, and failed sign-ins. Secrets (for a session,
 * link or invitation) are stored only as SHA-256 hashes, and are looked up by hash before the tenant is known. The sort columns of users
 * are compared by code point (collation "C"), so that a prefix corresponds to a range in an index.
 *
 * A user update that does not change a key does not write to an index: each block reserves room for the row's next version, and the
 * index of update times only summarizes blocks (BRIN).
 */
export class UsersBaseline1796083680000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA users;
      GRANT USAGE ON SCHEMA users TO coresdk_app;

      CREATE TABLE users.users (
        tenant_id text NOT NULL,
        id text NOT NULL,
        email text,
        -- The address in the form used for comparisons: NFKC, lowercase.
        email_key text,
        email_verified boolean NOT NULL,
        display_name text NOT NULL,
        avatar_url text,
        role text NOT NULL,
        status text NOT NULL,
        locale text,
        -- An Argon2id hash as a PHC string; NULL until a password is set.
        password_hash text,
        -- Incremented whenever a credential of the user is replaced.
        credential_version int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        -- The name in the form used for sorting and searching: NFKC, lowercase.
        name_key text COLLATE "C" NOT NULL DEFAULT '',
        theme text NOT NULL DEFAULT 'system',
        notifications_enabled boolean NOT NULL DEFAULT true,
        version int NOT NULL DEFAULT 1,
        created_by text,
        updated_by text,
        -- NULL if the address is also the user name.
        user_name text,
        -- The name in the form used for comparisons: NFKC, lowercase.
        user_name_key text COLLATE "C",
        external_id text,
        -- The person's other RFC 7643 attributes, which do not have separate columns, by name or URN.
        profile jsonb NOT NULL DEFAULT '{}',
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, email_key),
        CONSTRAINT users_named CHECK (user_name_key IS NOT NULL OR email_key IS NOT NULL)
      ) WITH (fillfactor = 85);
      CREATE INDEX users_by_created ON users.users (tenant_id, created_at, id);
      CREATE INDEX users_by_email ON users.users (tenant_id, email_key COLLATE "C", id);
      CREATE INDEX users_by_name ON users.users (tenant_id, name_key, id);
      CREATE INDEX users_by_updated ON users.users USING brin (updated_at) WITH (pages_per_range = 16, autosummarize = on);
      CREATE INDEX users_email ON users.users (email_key);
      CREATE INDEX users_external_id ON users.users (tenant_id, external_id) WHERE external_id IS NOT NULL;
      CREATE INDEX users_of_role_by_created ON users.users (tenant_id, role, created_at, id);
      CREATE INDEX users_of_role_by_email ON users.users (tenant_id, role, email_key COLLATE "C", id);
      CREATE INDEX users_of_role_by_name ON users.users (tenant_id, role, name_key, id);
      CREATE INDEX users_of_status_by_created ON users.users (tenant_id, status, created_at, id);
      CREATE INDEX users_of_status_by_email ON users.users (tenant_id, status, email_key COLLATE "C", id);
      CREATE INDEX users_of_status_by_name ON users.users (tenant_id, status, name_key, id);
      -- With row security, PostgreSQL does not use an index on COALESCE, because it does not consider COALESCE leakproof.
      -- It does use an index on CASE.
      CREATE UNIQUE INDEX users_user_name ON users.users
        (tenant_id, ( CASE WHEN user_name_key IS NULL THEN email_key ELSE user_name_key END));
      ALTER TABLE users.users ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.users
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.users FOR SELECT TO CURRENT_USER USING (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.users TO coresdk_app;

      CREATE TABLE users.sessions (
        tenant_id text NOT NULL,
        id text NOT NULL,
        token_hash bytea NOT NULL,
        user_id text NOT NULL,
        auth_time timestamptz NOT NULL,
        amr text[] NOT NULL,
        created_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ip text NOT NULL,
        user_agent text NOT NULL,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX sessions_expiry ON users.sessions (expires_at);
      CREATE INDEX sessions_of_user ON users.sessions (tenant_id, user_id);
      CREATE INDEX sessions_token ON users.sessions (token_hash);
      ALTER TABLE users.sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.sessions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.sessions TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.sessions TO coresdk_app;

      CREATE TABLE users.password_links (
        tenant_id text NOT NULL,
        hash bytea NOT NULL,
        user_id text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (tenant_id, hash),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX password_links_expiry ON users.password_links (expires_at);
      CREATE INDEX password_links_hash ON users.password_links (hash);
      CREATE INDEX password_links_of_user ON users.password_links (tenant_id, user_id);
      ALTER TABLE users.password_links ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.password_links
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.password_links TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.password_links TO coresdk_app;

      -- Failures for an account or an address, which the key identifies by a hash. There is no tenant column, because an
      -- address does not belong to a tenant.
      CREATE TABLE users.sign_in_failures (
        key bytea PRIMARY KEY,
        failures int NOT NULL,
        blocked_until timestamptz NOT NULL,
        forget_at timestamptz NOT NULL,
        account bytea
      );
      CREATE INDEX sign_in_failures_forget ON users.sign_in_failures (forget_at);
      CREATE INDEX sign_in_failures_of_account ON users.sign_in_failures (account) WHERE account IS NOT NULL;
      ALTER TABLE users.sign_in_failures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON users.sign_in_failures TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE TABLE users.groups (
        tenant_id text NOT NULL,
        id text NOT NULL,
        display_name text NOT NULL,
        -- The name in the form used for comparisons: NFKC, lowercase.
        name_key text NOT NULL,
        external_id text,
        role text,
        revision int NOT NULL DEFAULT 1,
        member_count int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        profile jsonb NOT NULL DEFAULT '{}',
        -- The role that the tenant's rule grants to the group's members; NULL if there is none.
        granted_role text,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, name_key)
      );
      CREATE UNIQUE INDEX groups_external_id ON users.groups (tenant_id, external_id) WHERE external_id IS NOT NULL;
      ALTER TABLE users.groups ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.groups
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.groups TO coresdk_app;

      CREATE TABLE users.group_members (
        tenant_id text NOT NULL,
        group_id text NOT NULL,
        user_id text NOT NULL,
        added_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, group_id, user_id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES users.groups (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX group_members_of_user ON users.group_members (tenant_id, user_id);
      ALTER TABLE users.group_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.group_members
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.group_members TO coresdk_app;

      CREATE TABLE users.invitations (
        tenant_id text NOT NULL,
        id text NOT NULL,
        -- SHA-256 of the token in the link.
        hash bytea NOT NULL,
        email text NOT NULL,
        email_key text NOT NULL,
        role text NOT NULL,
        -- NULL if the address already belonged to a user, or the invited user no longer exists. In both cases, the invitation
        -- cannot be accepted.
        user_id text,
        -- The number of times the invitation was sent.
        sent int NOT NULL DEFAULT 1,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        sent_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        accepted_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users (tenant_id, id) ON DELETE SET NULL (user_id)
      );
      CREATE INDEX invitations_by_created ON users.invitations (tenant_id, created_at, id);
      CREATE INDEX invitations_expiry ON users.invitations (expires_at);
      CREATE INDEX invitations_hash ON users.invitations (hash);
      CREATE INDEX invitations_of_email ON users.invitations (tenant_id, email_key, sent_at);
      CREATE INDEX invitations_of_user ON users.invitations (tenant_id, user_id);
      ALTER TABLE users.invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.invitations
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.invitations TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.invitations TO coresdk_app;

      CREATE TABLE users.group_groups (
        tenant_id text NOT NULL,
        group_id text NOT NULL,
        -- The group that is a member of the other group.
        member_id text NOT NULL,
        added_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, group_id, member_id),
        CHECK (group_id <> member_id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES users.groups (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, member_id) REFERENCES users.groups (tenant_id, id) ON DELETE CASCADE
      );
      CREATE INDEX group_groups_of_member ON users.group_groups (tenant_id, member_id);
      ALTER TABLE users.group_groups ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.group_groups
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.group_groups TO coresdk_app;

      -- The roles that groups grant; one row for each tenant that defines such rules.
      CREATE TABLE users.group_roles (
        tenant_id text PRIMARY KEY,
        -- [{"group": name, "role": role}, …]; the first matching rule applies.
        rules jsonb NOT NULL,
        default_role text NOT NULL,
        version int NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL
      );
      ALTER TABLE users.group_roles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.group_roles
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.group_roles TO coresdk_app;

      CREATE TABLE users.sent_mails (
        tenant_id text NOT NULL,
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        mailbox bytea NOT NULL,
        sent_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      CREATE INDEX sent_mails_by_time ON users.sent_mails (tenant_id, sent_at);
      CREATE INDEX sent_mails_over ON users.sent_mails (sent_at);
      ALTER TABLE users.sent_mails ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON users.sent_mails
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON users.sent_mails TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON users.sent_mails TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
