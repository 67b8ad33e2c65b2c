import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Groups of users. `external_id` is the id that an identity provider has for a group (RFC 7643 §3.1). */
export class UsersGroups1795558510000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users.groups (
        tenant_id text NOT NULL,
        id text NOT NULL,
        display_name text NOT NULL,
        -- The name as it is compared: NFKC, lower case.
        name_key text NOT NULL,
        external_id text,
        role text,
        revision int NOT NULL DEFAULT 1,
        member_count int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, name_key)
      );
      CREATE UNIQUE INDEX groups_external_id ON users.groups (tenant_id, external_id) WHERE external_id IS NOT NULL;

      CREATE TABLE users.group_members (
        tenant_id text NOT NULL,
        group_id text NOT NULL,
        user_id text NOT NULL,
        added_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, group_id, user_id),
        FOREIGN KEY (tenant_id, group_id) REFERENCES users.groups ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, user_id) REFERENCES users.users ON DELETE CASCADE
      );
      CREATE INDEX group_members_of_user ON users.group_members (tenant_id, user_id);
    `);
    for (const table of ['groups', 'group_members']) {
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
