import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Policy bundles that tenants have uploaded, the keys that are allowed to sign them, and the decision log. */
export class PolicyBaseline1796083620000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA policy;
      GRANT USAGE ON SCHEMA policy TO coresdk_app;

      -- One row for each tenant that has ever had a bundle. The row is the lock under which versions are counted and activated.
      CREATE TABLE policy.heads (
        tenant_id text PRIMARY KEY,
        last_version int NOT NULL,
        active_version int
      );
      ALTER TABLE policy.heads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON policy.heads
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE ON policy.heads TO coresdk_app;

      -- Accepted bundles. Except for its activation, a version never changes. When an old version is deleted, its archive
      -- is deleted with its row.
      CREATE TABLE policy.versions (
        tenant_id text NOT NULL,
        version int NOT NULL,
        revision text NOT NULL,
        digest text NOT NULL,
        archive bytea NOT NULL,
        modules jsonb NOT NULL,
        roots jsonb NOT NULL,
        tests_passed int NOT NULL,
        tests_skipped int NOT NULL,
        signed_by text,
        restored_from int,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        activated_at timestamptz,
        PRIMARY KEY (tenant_id, version)
      );
      ALTER TABLE policy.versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON policy.versions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON policy.versions TO coresdk_app;
      -- A gzipped tarball cannot be compressed further.
      ALTER TABLE policy.versions ALTER COLUMN archive SET STORAGE EXTERNAL;

      CREATE TABLE policy.keys (
        tenant_id text NOT NULL,
        id text NOT NULL,
        algorithm text NOT NULL,
        public_key text NOT NULL,
        scope text,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (tenant_id, id)
      );
      ALTER TABLE policy.keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON policy.keys
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, UPDATE, DELETE ON policy.keys TO coresdk_app;

      -- The decision log: for each tenant, the newest 10,000 decisions of the last 7 days. Every writer trims it. Ids are
      -- ULIDs, which sort by time.
      CREATE TABLE policy.decisions (
        tenant_id text NOT NULL,
        id text NOT NULL,
        ts timestamptz NOT NULL,
        rule text NOT NULL,
        allowed boolean NOT NULL,
        code text,
        version int,
        duration_micros int NOT NULL,
        input jsonb,
        masked boolean NOT NULL,
        caller text NOT NULL,
        request_id text NOT NULL,
        PRIMARY KEY (tenant_id, id)
      );
      ALTER TABLE policy.decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON policy.decisions
        USING (tenant_id = kernel.current_tenant()) WITH CHECK (tenant_id = kernel.current_tenant());
      GRANT SELECT, INSERT, DELETE ON policy.decisions TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
