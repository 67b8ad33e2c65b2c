import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * People and groups as an identity provider administers them: names to sign in by besides the address, which there need
 * not be, what else is known of a person, groups in groups, and roles that groups give.
 */
export class UsersDirectory1795781400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users.users
        ALTER COLUMN email DROP NOT NULL,
        ALTER COLUMN email_key DROP NOT NULL,
        -- NULL: the address is the name.
        ADD COLUMN user_name text,
        -- The name as it is compared: NFKC, lower case.
        ADD COLUMN user_name_key text COLLATE "C",
        ADD COLUMN external_id text,
        -- What else is known of the person: the attributes of RFC 7643 that have no column, by name or URN.
        ADD COLUMN profile jsonb NOT NULL DEFAULT '{}',
        ADD CONSTRAINT users_named CHECK (user_name_key IS NOT NULL OR email_key IS NOT NULL);
      CREATE UNIQUE INDEX users_user_name ON users.users (tenant_id, (coalesce(user_name_key, email_key) COLLATE "C"));
      CREATE INDEX users_external_id ON users.users (tenant_id, external_id) WHERE external_id IS NOT NULL;
      CREATE INDEX users_by_updated ON users.users (tenant_id, updated_at, id);

      ALTER TABLE users.groups
        ADD COLUMN profile jsonb NOT NULL DEFAULT '{}',
        -- The role that the tenant's rule gives to the group's members; NULL: none.
        ADD COLUMN granted_role text;

      CREATE TABLE users.group_groups (
        tenant_id text NOT NULL,
        group_id text NOT NULL,
        -- The group that is a member.
        member_id text NOT NULL,
        added_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, group_id, member_id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES users.groups ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, member_id) REFERENCES users.groups ON DELETE CASCADE,
        CHECK (group_id <> member_id)
      );
      CREATE INDEX group_groups_of_member ON users.group_groups (tenant_id, member_id);

      -- Which groups give which roles; one row for a tenant that says so.
      CREATE TABLE users.group_roles (
        tenant_id text PRIMARY KEY,
        -- [{"group": name, "role": role}, …]; the first one that fits.
        rules jsonb NOT NULL,
        default_role text NOT NULL,
        version int NOT NULL DEFAULT 1,
        updated_at timestamptz NOT NULL,
        updated_by text NOT NULL
      );
    `);
    for (const table of ['group_groups', 'group_roles']) {
      await runner.query(`
        ALTER TABLE users.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE users.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON users.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        GRANT SELECT, INSERT, UPDATE, DELETE ON users.${table} TO coresdk_app;
      `);
    }
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
