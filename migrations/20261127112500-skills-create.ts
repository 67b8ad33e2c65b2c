import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Functions that tenants register: versions that never change, and the aliases that say which one runs. */
export class SkillsCreate1795778700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA skills;
      GRANT USAGE ON SCHEMA skills TO coresdk_app;

      CREATE TABLE skills.skills (
        tenant_id text NOT NULL,
        name text NOT NULL,
        -- The newest version; 0 only within the transaction that makes the first.
        latest int NOT NULL,
        -- Counts the changes of the skill, its versions and its aliases.
        revision int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, name)
      );

      CREATE TABLE skills.versions (
        tenant_id text NOT NULL,
        name text NOT NULL,
        version int NOT NULL,
        -- SHA-256 of the definition as canonical JSON (RFC 8785), hex.
        hash text NOT NULL,
        runtime text NOT NULL,
        description text NOT NULL,
        category text NOT NULL,
        -- As it was registered; json, as the order of a schema's properties is what people and agents read.
        definition json NOT NULL,
        -- Modules by path as they run, their types taken out; NULL for what is not code.
        code json,
        created_at timestamptz NOT NULL DEFAULT now(),
        created_by text NOT NULL,
        PRIMARY KEY (tenant_id, name, version),
        FOREIGN KEY (tenant_id, name) REFERENCES skills.skills ON DELETE CASCADE
      );

      CREATE TABLE skills.aliases (
        tenant_id text NOT NULL,
        name text NOT NULL,
        alias text NOT NULL,
        version int NOT NULL,
        -- What it named before: where a rollback goes.
        previous int,
        updated_at timestamptz NOT NULL DEFAULT now(),
        updated_by text NOT NULL,
        PRIMARY KEY (tenant_id, name, alias),
        FOREIGN KEY (tenant_id, name, version) REFERENCES skills.versions ON DELETE CASCADE
      );
      CREATE INDEX aliases_by_version ON skills.aliases (tenant_id, name, version);

      -- What calls of the runtime http are signed by, and the secret before it while both count.
      CREATE TABLE skills.signing (
        tenant_id text NOT NULL,
        name text NOT NULL,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        previous_key_id text,
        previous_sealed bytea,
        previous_until timestamptz,
        PRIMARY KEY (tenant_id, name),
        FOREIGN KEY (tenant_id, name) REFERENCES skills.skills ON DELETE CASCADE
      );

      -- A version is what its hash says, for ever.
      CREATE FUNCTION skills.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
      BEGIN
        RAISE EXCEPTION 'A version of a skill never changes.';
      END $$;
      CREATE TRIGGER versions_never_change BEFORE UPDATE ON skills.versions
        FOR EACH ROW EXECUTE FUNCTION skills.refuse_change();
    `);
    for (const [table, rights] of [
      ['skills', 'SELECT, INSERT, UPDATE, DELETE'],
      ['versions', 'SELECT, INSERT, DELETE'],
      ['aliases', 'SELECT, INSERT, UPDATE, DELETE'],
      ['signing', 'SELECT, INSERT, UPDATE, DELETE'],
    ]) {
      await runner.query(`
        ALTER TABLE skills.${table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE skills.${table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY tenant_wall ON skills.${table}
          USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
        CREATE POLICY owner_functions ON skills.${table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT ${rights} ON skills.${table} TO coresdk_app;
      `);
    }
    await runner.query(`REVOKE ALL ON ALL FUNCTIONS IN SCHEMA skills FROM PUBLIC;`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
