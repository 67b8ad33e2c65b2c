import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The change log, the outbox, stored responses for idempotency keys, and leases. Another table records the file (`sql/*.sql`) and the
 * build that each function in the schema comes from. The application's role accesses the change log and leases only through functions,
 * since every process needs every tenant's changes. The outbox has the same row-level security as any tenant table.
 */
export class KernelBaseline1796083200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      GRANT USAGE ON SCHEMA kernel TO coresdk_app;
      GRANT SELECT ON kernel.migrations TO coresdk_app;

      -- The tenant of the running transaction. After a transaction the setting is an empty string, not NULL.
      CREATE FUNCTION kernel.current_tenant() RETURNS text
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN nullif(current_setting('app.tenant_id', true), '');

      REVOKE ALL ON FUNCTION kernel.current_tenant() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION kernel.current_tenant() TO coresdk_app;

      CREATE TABLE kernel.changes (
        id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        topic text NOT NULL,
        tenant_id text,
        key text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        keep_until timestamptz NOT NULL
      );
      CREATE INDEX changes_keep_until ON kernel.changes (keep_until);
      CREATE INDEX changes_topic ON kernel.changes (topic, id);
      CREATE INDEX changes_xid ON kernel.changes (xid);
      ALTER TABLE kernel.changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON kernel.changes TO CURRENT_USER USING (true) WITH CHECK (true);

      CREATE TABLE kernel.outbox (
        id text PRIMARY KEY,
        topic text NOT NULL,
        tenant_id text,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        -- The resource after the write, as the API shows it, for readers of events. The audit log does not include it.
        resource jsonb
      );
      CREATE INDEX outbox_topic ON kernel.outbox (topic, created_at);
      ALTER TABLE kernel.outbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON kernel.outbox
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      CREATE POLICY owner_functions ON kernel.outbox TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT INSERT ON kernel.outbox TO coresdk_app;

      CREATE TABLE kernel.idempotent_writes (
        tenant_id text,
        caller text NOT NULL,
        key_hash bytea NOT NULL,
        action text NOT NULL,
        request_hash bytea NOT NULL,
        key_id text,
        -- Empty until the write is done; no other transaction sees it empty.
        sealed_answer bytea NOT NULL DEFAULT '\\x',
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        UNIQUE NULLS NOT DISTINCT (tenant_id, caller, key_hash)
      );
      CREATE INDEX idempotent_writes_expires_at ON kernel.idempotent_writes (expires_at);
      ALTER TABLE kernel.idempotent_writes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON kernel.idempotent_writes
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      CREATE POLICY owner_functions ON kernel.idempotent_writes TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON kernel.idempotent_writes TO coresdk_app;

      CREATE TABLE kernel.sql_functions (
        name text PRIMARY KEY,
        sha256 text NOT NULL,
        version text NOT NULL,
        loaded_at timestamptz NOT NULL DEFAULT now()
      );
      GRANT SELECT ON kernel.sql_functions TO coresdk_app;

      CREATE TABLE kernel.leases (
        name text PRIMARY KEY,
        holder text NOT NULL,
        ends_at timestamptz NOT NULL
      );
      ALTER TABLE kernel.leases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY owner_functions ON kernel.leases TO CURRENT_USER USING (true) WITH CHECK (true);
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
