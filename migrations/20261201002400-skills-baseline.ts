import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Functions that tenants register: immutable versions, and aliases that select which version runs. */
export class SkillsBaseline1796084640000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA skills;
      GRANT USAGE ON SCHEMA skills TO coresdk_app;

      CREATE TABLE skills.skills (
        tenant_id text NOT NULL,
        name text NOT NULL,
        -- The newest version; 0 only within the transaction that creates the first version.
        latest int NOT NULL,
        -- The number of changes to the skill, its versions and its aliases.
        revision int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, name)
      );
      ALTER TABLE skills.skills ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON skills.skills
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON skills.skills TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON skills.skills TO coresdk_app;

      CREATE TABLE skills.versions (
        tenant_id text NOT NULL,
        name text NOT NULL,
        version int NOT NULL,
        -- SHA-256 of the definition as canonical JSON (RFC 8785), in hex.
        hash text NOT NULL,
        runtime text NOT NULL,
        description text NOT NULL,
        category text NOT NULL,
        -- The definition as registered. The type is json, because people and agents read the properties of a schema in
        -- their original order.
        definition json NOT NULL,
        -- Modules by path in executable form, with types removed; NULL for versions without code.
        code json,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        principal jsonb,
        PRIMARY KEY (tenant_id, name, version),
        FOREIGN KEY (tenant_id, name) REFERENCES skills.skills (tenant_id, name) ON DELETE CASCADE
      );
      ALTER TABLE skills.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON skills.versions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON skills.versions TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, DELETE ON skills.versions TO coresdk_app;

      CREATE TABLE skills.aliases (
        tenant_id text NOT NULL,
        name text NOT NULL,
        alias text NOT NULL,
        version int NOT NULL,
        -- The previous target, which a rollback restores.
        previous int,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, name, alias),
        FOREIGN KEY (tenant_id, name, version) REFERENCES skills.versions (tenant_id, name, version) ON DELETE CASCADE
      );
      CREATE INDEX aliases_by_version ON skills.aliases (tenant_id, name, version);
      ALTER TABLE skills.aliases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON skills.aliases
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON skills.aliases TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON skills.aliases TO coresdk_app;

      -- The secret that signs the calls for skills with the runtime http, and the previous secret while both are valid.
      CREATE TABLE skills.signing (
        tenant_id text NOT NULL,
        name text NOT NULL,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        previous_key_id text,
        previous_sealed bytea,
        previous_until timestamptz,
        PRIMARY KEY (tenant_id, name),
        FOREIGN KEY (tenant_id, name) REFERENCES skills.skills (tenant_id, name) ON DELETE CASCADE
      );
      ALTER TABLE skills.signing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON skills.signing
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      CREATE POLICY owner_functions ON skills.signing TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE, DELETE ON skills.signing TO coresdk_app;

      -- The content of a version always matches its hash.
      CREATE FUNCTION skills.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
      BEGIN
        RAISE EXCEPTION 'A version of a skill never changes.';
      END $$;

      REVOKE ALL ON FUNCTION skills.refuse_change() FROM PUBLIC;

      CREATE TRIGGER versions_never_change BEFORE UPDATE ON skills.versions
        FOR EACH ROW EXECUTE FUNCTION skills.refuse_change();
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
