import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to writes by their idempotency keys, each committed by the transaction of its write. */
export class KernelIdempotentWrites1795763730000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE kernel.idempotent_writes (
        tenant_id text,
        caller text NOT NULL,
        key_hash bytea NOT NULL,
        action text NOT NULL,
        request_hash bytea NOT NULL,
        key_id text,
        -- Empty until the write is done, which nobody else sees.
        sealed_answer bytea NOT NULL DEFAULT '',
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        UNIQUE NULLS NOT DISTINCT (tenant_id, caller, key_hash)
      );
      CREATE INDEX idempotent_writes_expires_at ON kernel.idempotent_writes (expires_at);
      ALTER TABLE kernel.idempotent_writes ENABLE ROW LEVEL SECURITY;
      ALTER TABLE kernel.idempotent_writes FORCE ROW LEVEL SECURITY;
      CREATE POLICY tenant_wall ON kernel.idempotent_writes
        USING (tenant_id IS NOT DISTINCT FROM kernel.current_tenant())
        WITH CHECK (tenant_id IS NOT DISTINCT FROM kernel.current_tenant());
      CREATE POLICY owner_functions ON kernel.idempotent_writes TO CURRENT_USER USING (true) WITH CHECK (true);
      GRANT SELECT, INSERT, UPDATE ON kernel.idempotent_writes TO coresdk_app;

      CREATE FUNCTION kernel.prune_idempotent_writes() RETURNS bigint
        LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
        WITH pruned AS (DELETE FROM kernel.idempotent_writes WHERE expires_at < now() RETURNING 1)
        SELECT count(*) FROM pruned
      $$;
      REVOKE ALL ON FUNCTION kernel.prune_idempotent_writes() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION kernel.prune_idempotent_writes() TO coresdk_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('Migrations go forward only.');
  }
}
